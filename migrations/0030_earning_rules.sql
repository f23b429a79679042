-- The rules by which members of loyalty programs earn points (engine-programs §8.3).
create table earning_rule (
  id                   text        primary key check (id like 'ern\_%'),
  project_id           text        not null references project on delete cascade,
  campaign_id          text        not null references campaign on delete cascade,
  event                text        not null check (event <> ''),
  calculation          jsonb       not null,
  event_schema_id      text,
  segment_id           text,
  tier_id              text,
  pending_days         smallint    check (pending_days between 1 and 90),
  banner               text,
  is_active            boolean     not null default true,
  start_date           timestamptz,
  expiration_date      timestamptz,
  validity_timeframe   jsonb,
  validity_day_of_week jsonb,
  validity_hours       jsonb,
  -- Of the points that it gives, before those of the program; null when it has none of its own.
  expiration_rules     jsonb,
  automation_id        text        not null,
  metadata             jsonb       not null default '{}',
  created_at           timestamptz not null,
  updated_at           timestamptz
);
create index earning_rule_campaign on earning_rule (campaign_id, created_at, id);
-- What an event sets off, in the order in which the rules were made.
create index earning_rule_event on earning_rule (project_id, event, created_at, id) where is_active;

-- Orders that earned: each does so once, however often it comes to be paid (L-15).
create table earned_order (
  order_id   text        primary key,
  project_id text        not null references project on delete cascade,
  created_at timestamptz not null
);
