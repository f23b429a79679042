-- What the points of loyalty cards are spent on, in which programs, and what became of each (engine-programs §9).
create table reward (
  id          text        primary key check (id like 'rew\_%'),
  project_id  text        not null references project (id),
  name        text,
  type        text        not null check (type in ('CAMPAIGN', 'MATERIAL', 'COIN')),
  parameters  jsonb       not null,
  -- How many are left; null for as many as one likes. The last line of defence: none is given away twice.
  stock       bigint      check (stock >= 0),
  redeemed    bigint      not null default 0 check (redeemed >= 0),
  attributes  jsonb,
  metadata    jsonb       not null default '{}',
  created_at  timestamptz not null,
  updated_at  timestamptz
);
create index reward_newest on reward (project_id, created_at, id);

create table reward_assignment (
  id             text        primary key check (id like 'rewa\_%'),
  project_id     text        not null,
  reward_id      text        not null references reward (id),
  campaign_id    text        not null references campaign (id) on delete cascade,
  -- The price; null for rewards that are paid with as many points as the order takes.
  points         bigint      check (points >= 1),
  is_auto_redeem boolean     not null default false,
  created_at     timestamptz not null,
  updated_at     timestamptz,
  constraint reward_assigned_once unique (campaign_id, reward_id)
);
create index reward_assignment_reward on reward_assignment (reward_id);
-- A program redeems one reward by itself (R-5).
create unique index reward_auto_redeemed on reward_assignment (campaign_id) where is_auto_redeem;

-- What a redemption of points gave; `result` is the reward as it was then, with what was given.
create table reward_redemption (
  id                   text        primary key check (id like 'rewr\_%'),
  project_id           text        not null,
  redemption_id        text        not null unique,
  state                text        not null check (state in ('PENDING', 'COMPLETED', 'ROLLED_BACK')),
  reward_id            text        not null,
  reward_assignment_id text        not null,
  voucher_id           text        not null,
  campaign_id          text        not null,
  customer_id          text        not null,
  publication_id       text,
  -- How many of the reward it gave; more than one only where the engine redeemed by itself (R-5).
  quantity             integer     not null check (quantity >= 1),
  is_automatic         boolean     not null,
  result               jsonb       not null,
  assignment           jsonb       not null,
  created_at           timestamptz not null,
  updated_at           timestamptz
);
create index reward_redemption_newest on reward_redemption (project_id, id);
create index reward_redemption_pending on reward_redemption (project_id, id) where state = 'PENDING';
create index reward_redemption_customer on reward_redemption (customer_id, reward_id, created_at);
