-- Tiers of loyalty programs (engine-programs §8.7).
create table loyalty_tier (
  id            text        primary key check (id like 'ltr\_%'),
  project_id    text        not null references project on delete cascade,
  campaign_id   text        not null references campaign on delete cascade,
  name          text        not null check (name <> ''),
  -- Both ends belong to it; null is without bound. Ranges of a program do not overlap, which its lock sees to (L-50).
  points_from   bigint      not null check (points_from >= 0),
  points_to     bigint      check (points_to >= points_from),
  earning_rules jsonb       not null default '{}',
  rewards       jsonb       not null default '{}',
  metadata      jsonb       not null default '{}',
  created_at    timestamptz not null,
  updated_at    timestamptz,
  unique (campaign_id, points_from)
);

-- In which tier a loyalty card is, and in which it will be. Days are those of the project's calendar.
create table loyalty_tier_member (
  voucher_id     text        primary key references voucher on delete cascade,
  project_id     text        not null references project on delete cascade,
  campaign_id    text        not null,
  tier_id        text        references loyalty_tier on delete cascade,
  starts_on      date,
  -- The last day on which it is in the tier whatever its points; null where nothing ends it but points.
  expires_on     date,
  next_tier_id   text        references loyalty_tier on delete set null,
  next_starts_on date,
  created_at     timestamptz not null,
  updated_at     timestamptz,
  check ((tier_id is null) = (starts_on is null))
);
create index loyalty_tier_member_tier on loyalty_tier_member (tier_id) where tier_id is not null;
create index loyalty_tier_member_next on loyalty_tier_member (next_tier_id) where next_tier_id is not null;
create index loyalty_tier_member_campaign on loyalty_tier_member (campaign_id, voucher_id);
create index loyalty_tier_member_expiring on loyalty_tier_member (project_id, expires_on, voucher_id) where expires_on is not null;
create index loyalty_tier_member_starting on loyalty_tier_member (project_id, next_starts_on, voucher_id) where next_starts_on is not null;

-- How long tiers of a program last (L-52); null when they go by the balance alone.
alter table campaign add column if not exists loyalty_tiers_expiration jsonb;
