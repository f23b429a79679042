-- The core of the engine: campaigns, promotion tiers and stacks, validation rules, categories, stacking rules,
-- sessions, limits by customer and period; vouchers of every type, orders with discounts on their lines.

-- Days, weeks and hours of limits and of validity are those of the project's time zone (R-TIME-02).
alter table project add column time_zone text not null default 'UTC';
-- Fixed once the project has codes (D-14).
alter table project add column has_case_sensitive_codes boolean not null default true;

create table category (
  id         text        primary key check (id like 'cat\_%'),
  project_id text        not null references project on delete cascade,
  name       text        not null check (name <> ''),
  -- The lower, the earlier (engine-core §10.1).
  hierarchy  integer     not null check (hierarchy >= 0),
  created_at timestamptz not null,
  updated_at timestamptz
);
create index category_newest on category (project_id, created_at, id);

-- At most one row a project; without one the defaults hold (D-12).
create table stacking_rules (
  project_id text        primary key references project on delete cascade,
  id         text        not null unique check (id like 'stk\_%'),
  rules      jsonb       not null,
  created_at timestamptz not null,
  updated_at timestamptz
);

create table campaign (
  id                          text        primary key check (id like 'camp\_%'),
  project_id                  text        not null references project on delete cascade,
  name                        text        not null check (name <> ''),
  description                 text,
  campaign_type               text        not null check (campaign_type in
    ('LOYALTY_PROGRAM', 'GIFT_VOUCHERS', 'DISCOUNT_COUPONS', 'PROMOTION', 'REFERRAL_PROGRAM')),
  type                        text        not null check (type in ('AUTO_UPDATE', 'STATIC', 'STANDALONE')),
  -- The template of its vouchers; null for promotions.
  voucher                     jsonb,
  auto_join                   boolean     not null default false,
  join_once                   boolean     not null default false,
  use_voucher_metadata_schema boolean     not null default true,
  referral_program            jsonb,
  start_date                  timestamptz,
  expiration_date             timestamptz,
  validity_timeframe          jsonb,
  validity_day_of_week        jsonb,
  validity_hours              jsonb,
  activity_duration           text,
  vouchers_count              integer     not null default 0 check (vouchers_count >= 0),
  is_active                   boolean     not null default true,
  is_protected                boolean     not null default false,
  metadata                    jsonb       not null default '{}',
  category                    text,
  category_id                 text,
  creation_status             text        not null default 'DONE',
  generation_status           text        not null default 'DONE',
  created_at                  timestamptz not null,
  updated_at                  timestamptz,
  -- A campaign in the bin keeps its name taken (R-CAM-06).
  deleted_at                  timestamptz,
  unique (project_id, name)
);
create index campaign_newest on campaign (project_id, created_at, id);

create table promotion_tier (
  id                      text        primary key check (id like 'promo\_%'),
  project_id              text        not null references project on delete cascade,
  campaign_id             text        not null references campaign on delete cascade,
  name                    text        not null check (name <> ''),
  banner                  text,
  discount                jsonb       not null,
  hierarchy               integer     not null,
  metadata                jsonb       not null default '{}',
  is_active               boolean     not null default true,
  start_date              timestamptz,
  expiration_date         timestamptz,
  validity_timeframe      jsonb,
  validity_day_of_week    jsonb,
  validity_hours          jsonb,
  category_id             text,
  -- The summary of its redemptions, less those rolled back (engine-core §7.1).
  redeemed_quantity       integer     not null default 0 check (redeemed_quantity >= 0),
  orders_amount_minor     bigint      not null default 0 check (orders_amount_minor >= 0),
  orders_discount_minor   bigint      not null default 0 check (orders_discount_minor >= 0),
  created_at              timestamptz not null,
  updated_at              timestamptz,
  deleted_at              timestamptz
);
create index promotion_tier_newest on promotion_tier (project_id, created_at, id);
create index promotion_tier_campaign on promotion_tier (campaign_id, hierarchy);

create table promotion_stack (
  id             text        primary key check (id like 'stack\_%'),
  project_id     text        not null references project on delete cascade,
  campaign_id    text        not null references campaign on delete cascade,
  name           text        not null check (name <> ''),
  -- In the order in which they are applied (R-PROMO-02).
  tier_ids       text[]      not null check (cardinality(tier_ids) between 1 and 30),
  hierarchy_mode text        not null default 'MANUAL',
  category_id    text,
  created_at     timestamptz not null,
  updated_at     timestamptz
);
create index promotion_stack_newest on promotion_stack (project_id, created_at, id);

create table validation_rule (
  id            text        primary key check (id like 'val\_%'),
  project_id    text        not null references project on delete cascade,
  name          text        not null check (name <> ''),
  -- As given, numbered conditions and their logic (engine-core §9.1).
  rules         jsonb       not null default '{}',
  bundle_rules  jsonb,
  error         jsonb,
  applicable_to jsonb,
  type          text        not null default 'expression',
  context_type  text        not null default 'global',
  created_at    timestamptz not null,
  updated_at    timestamptz
);
create index validation_rule_newest on validation_rule (project_id, created_at, id);

create table validation_rule_assignment (
  id                  text        primary key check (id like 'asgm\_%'),
  project_id          text        not null references project on delete cascade,
  rule_id             text        not null references validation_rule on delete cascade,
  related_object_id   text        not null,
  related_object_type text        not null,
  created_at          timestamptz not null,
  updated_at          timestamptz,
  unique (related_object_id, rule_id)
);
create index validation_rule_assignment_rule on validation_rule_assignment (rule_id, created_at, id);
create index validation_rule_assignment_newest on validation_rule_assignment (project_id, created_at, id);

alter table voucher drop constraint voucher_type_check;
alter table voucher add check (type in ('DISCOUNT_VOUCHER', 'GIFT_VOUCHER', 'LOYALTY_CARD'));
-- A campaign goes to the bin and comes back with its vouchers, so it is no foreign key that deletes.
alter table voucher add column campaign_id text;
alter table voucher add column category_id text;
alter table voucher add column validity_timeframe jsonb;
alter table voucher add column validity_day_of_week jsonb;
alter table voucher add column validity_hours jsonb;
alter table voucher add column referrer_id text;
-- Of a loyalty card, each sum over its whole life (R-VOU-02).
alter table voucher add column points bigint check (points >= 0);
alter table voucher add column expired_points bigint not null default 0 check (expired_points >= 0);
alter table voucher add column subtracted_points bigint not null default 0 check (subtracted_points >= 0);
alter table voucher add column redeemed_points bigint not null default 0 check (redeemed_points >= 0);
alter table voucher add check ((type = 'LOYALTY_CARD') = (points is not null));
alter table voucher add constraint voucher_points_kept
  check (points is null or expired_points + subtracted_points + redeemed_points <= points);
create index voucher_campaign on voucher (campaign_id, created_at, id) where campaign_id is not null;
-- The pool from which publications take a code (R-CAM-07).
create index voucher_unpublished on voucher (campaign_id, id)
  where campaign_id is not null and publish_count = 0 and deleted_at is null;

alter table voucher_transaction drop constraint voucher_transaction_type_check;
alter table voucher_transaction add check (type in (
  'CREDITS_ADDITION', 'CREDITS_REMOVAL', 'CREDITS_REDEMPTION', 'CREDITS_REFUND',
  'POINTS_ADDITION', 'POINTS_REMOVAL', 'POINTS_REDEMPTION', 'POINTS_REFUND', 'POINTS_ACCRUAL',
  'POINTS_CANCELLATION', 'POINTS_EXPIRATION', 'POINTS_TRANSFER_IN', 'POINTS_TRANSFER_OUT'));
alter table voucher_transaction add column campaign_id text;
alter table voucher_transaction add column source_id text;
alter table voucher_transaction add column source text;
alter table voucher_transaction add column reason text;
-- The lifetime sum after it, beside the balance (engine-core §4.5).
alter table voucher_transaction add column total_minor bigint;
alter table voucher_transaction add column order_id text;
alter table voucher_transaction add column related_transaction_id text;
alter table voucher_transaction alter column redemption_id drop not null;
create index voucher_transaction_campaign on voucher_transaction (campaign_id, id) where campaign_id is not null;

-- What a validation reserved (engine-core §17): a use, and credits or points, until it expires, is released
-- or redeemed with its key.
create table voucher_session (
  voucher_id  text        not null references voucher on delete cascade,
  session_key text        not null,
  project_id  text        not null,
  credits     bigint      not null default 0 check (credits >= 0),
  points      bigint      not null default 0 check (points >= 0),
  expires_at  timestamptz not null,
  created_at  timestamptz not null,
  primary key (voucher_id, session_key)
);
create index voucher_session_key on voucher_session (project_id, session_key);
create index voucher_session_expiry on voucher_session (expires_at);

-- How often, or for how much, something was redeemed: by whom (`subject`, empty for everybody) and in which
-- period (empty for ever). A row exists from when a rule first asks for it (R-RULE-07, R-APR-07).
create table usage_counter (
  object_id  text   not null,
  measure    text   not null,
  subject    text   not null default '',
  period     text   not null default '',
  project_id text   not null references project on delete cascade,
  used       bigint not null check (used >= 0),
  -- What the rule allowed when it was last used.
  used_max   bigint,
  primary key (object_id, measure, subject, period),
  -- The last line of defence: no bug of ours passes a limit.
  constraint usage_limit_kept check (used_max is null or used <= used_max)
);

-- Which counters an object has, so that whoever redeems it keeps them, whether a rule of theirs asks or not.
create table usage_kind (
  object_id text not null,
  measure   text not null,
  subject   text not null,
  period    text not null,
  primary key (object_id, measure, subject, period)
);

-- Nothing may be known of what an order costs (R-ORD-02).
alter table orders alter column amount_minor drop not null;
alter table orders add column initial_amount_minor bigint;
alter table orders add column items_discount_amount_minor bigint not null default 0 check (items_discount_amount_minor >= 0);
alter table orders add column referrer_id text;
alter table orders add constraint orders_discounts_kept
  check (discount_amount_minor + items_discount_amount_minor <= amount_minor);
create index orders_newest on orders (project_id, created_at, id);

alter table redemption add column promotion_tier_id text;
alter table redemption add column campaign_id text;
alter table redemption add column points bigint;
alter table redemption add column reward_id text;
-- What the discount took off, for the sums of campaigns and tiers, and undone by the rollback.
alter table redemption add column discount_minor bigint;
alter table redemption add column session_key text;
-- The units that it counted towards limits, to be taken back by the rollback.
alter table redemption add column usage jsonb;
create index redemption_campaign on redemption (campaign_id, created_at) where campaign_id is not null;
create index redemption_tier on redemption (promotion_tier_id, created_at) where promotion_tier_id is not null;

-- Work that goes on after its request was answered (engine-core §6): generation, imports, bulk changes.
create table async_action (
  id               text        primary key check (id like 'aa\_%'),
  project_id       text        not null references project on delete cascade,
  type             text        not null,
  status           text        not null default 'ENQUEUED' check (status in ('ENQUEUED', 'IN_PROGRESS', 'DONE', 'FAILED')),
  operation_status text        not null default 'UNKNOWN' check (operation_status in ('SUCCESS', 'FAILED', 'UNKNOWN')),
  request_id       text        not null,
  app_id           text,
  -- What is to be done, for the job of its type; emptied when it is done.
  input            jsonb,
  -- How far it is, for who takes over when the worker dies.
  state            jsonb       not null default '{}',
  done_count       integer     not null default 0,
  failed_count     integer     not null default 0,
  total_count      integer,
  result           jsonb,
  leased_until     timestamptz,
  attempts         integer     not null default 0,
  started_at       timestamptz,
  finished_at      timestamptz,
  created_at       timestamptz not null,
  updated_at       timestamptz
);
create index async_action_newest on async_action (project_id, created_at, id);
create index async_action_due on async_action (created_at) where status in ('ENQUEUED', 'IN_PROGRESS');
