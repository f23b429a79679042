-- Distributions: messages to customers about what happened to them, sent as webhooks are.

-- A distribution sends to an endpoint of its own, which fares as that of a webhook does.
alter table webhook_endpoint drop constraint webhook_endpoint_id_check;
alter table webhook_endpoint
  add column kind           text not null default 'webhook' check (kind in ('webhook', 'distribution')),
  -- Headers that are sent along: names and values, which can be secrets.
  add column headers_sealed text,
  add constraint webhook_endpoint_id_check
      check (id like case kind when 'webhook' then 'wh\_%' else 'distr\_%' end);

-- What is sent, where it is not made of the occurrence alone.
alter table webhook_message add column body text;
create index webhook_message_of_distribution on webhook_message (endpoint_id, position desc)
  where endpoint_id like 'distr\_%';

create table distribution (
  id                     text        primary key references webhook_endpoint on delete cascade
                                     check (id like 'distr\_%'),
  project_id             text        not null references project on delete cascade,
  name                   text        not null check (name <> ''),
  -- The type of occurrence that it tells, and what that is narrowed to. One that is sent by hand goes to a segment.
  trigger_event          text        not null,
  custom_event           text,
  segment_id             text,
  trigger_campaign_id    text,
  -- The event that messages say they are, and their body, where it is not the envelope.
  event_name             text        not null check (event_name <> ''),
  body                   text,
  -- The campaign of which each customer is given a code, or the promotion that they are told of.
  campaign_id            text,
  promotion_tier_id      text,
  -- Messages to one customer; null for any number.
  per_customer_per_day   integer     check (per_customer_per_day > 0),
  per_customer_per_month integer     check (per_customer_per_month > 0),
  -- Nothing is sent before then.
  set_live_at            timestamptz not null,
  -- By hand: the last customer who was looked at, and when all were.
  scheduled_after        text,
  done_at                timestamptz,
  created_at             timestamptz not null,
  updated_at             timestamptz,
  check (campaign_id is null or promotion_tier_id is null),
  check (trigger_event = 'manual_distribution_schedule' or (scheduled_after is null and done_at is null)),
  check (trigger_event not in ('manual_distribution_schedule', 'customer.segment.entered', 'customer.segment.left')
         or segment_id is not null)
);
create index distribution_list on distribution (project_id, created_at, id);
create index distribution_scheduled on distribution (set_live_at)
  where trigger_event = 'manual_distribution_schedule' and done_at is null;

-- How many messages of a distribution were meant for a customer in a day (2026-11-29) or a month (2026-11).
create table distribution_usage (
  distribution_id text    not null references distribution on delete cascade,
  customer_id     text    not null,
  period          text    not null,
  sent            integer not null default 0,
  -- What was allowed when it was last counted: the last line of defence.
  sent_max        integer,
  primary key (distribution_id, customer_id, period),
  check (sent <= sent_max)
);
create index distribution_usage_age on distribution_usage (period);
create index distribution_usage_customer on distribution_usage (customer_id);

-- What was done to segments themselves (engine-programs §5.2).
create table segment_activity (
  id         text        primary key,
  segment_id text        not null references segment on delete cascade,
  type       text        not null
             check (type in ('segment.created', 'segment.updated', 'segment.activated', 'segment.filters_updated')),
  group_id   text        not null,
  data       jsonb       not null,
  created_at timestamptz not null
);
create index segment_activity_list on segment_activity (segment_id, id desc);

-- Customers are told when their loyalty summary is another, also in projects that have a program already.
insert into project_program (project_id, kinds)
select distinct project_id, array['loyalty_summaries'] from campaign
 where campaign_type in ('LOYALTY_PROGRAM', 'REFERRAL_PROGRAM')
on conflict (project_id) do update set kinds = project_program.kinds || excluded.kinds;
