-- Points of loyalty cards in lots: what was earned together expires together. The points of a card outside every lot
-- are none: the active lots of a card that somebody holds add up to its balance.
create table points_bucket (
  id           text        primary key check (id like 'lopb\_%'),
  project_id   text        not null references project on delete cascade,
  voucher_id   text        not null references voucher on delete cascade,
  campaign_id  text,
  -- What is left of it; of an expired lot, what expired.
  points       bigint      not null check (points >= 0),
  status       text        not null default 'ACTIVE' check (status in ('ACTIVE', 'EXPIRED')),
  -- The last day on which it can be spent, in the time zone of the project; null for never.
  expires_at   date,
  created_at   timestamptz not null,
  updated_at   timestamptz
);
create index points_bucket_voucher on points_bucket (voucher_id, expires_at, id);
-- What can be spent, in the order in which it is: what was spent is passed over.
create index points_bucket_left on points_bucket (voucher_id, expires_at, id) where status = 'ACTIVE' and points > 0;
create index points_bucket_due on points_bucket (project_id, expires_at, id) where status = 'ACTIVE' and expires_at is not null;
create index points_bucket_campaign on points_bucket (campaign_id, id) where campaign_id is not null;

-- What a movement took from which lot, so that what is given back goes to where it came from.
create table points_bucket_movement (
  transaction_id text   not null,
  bucket_id      text   not null references points_bucket on delete cascade,
  points         bigint not null check (points > 0),
  primary key (transaction_id, bucket_id)
);
create index points_bucket_movement_bucket on points_bucket_movement (bucket_id);

-- Points that will come onto a card.
create table pending_points (
  id               text        primary key check (id like 'lopp\_%'),
  project_id       text        not null references project on delete cascade,
  voucher_id       text        not null references voucher on delete cascade,
  campaign_id      text        not null,
  customer_id      text        not null,
  order_id         text,
  points           bigint      not null check (points > 0),
  status           text        not null default 'PENDING' check (status in ('PENDING', 'ACTIVATED', 'CANCELED')),
  -- From the beginning of this day on, in the time zone of the project.
  activates_at     date        not null,
  details          jsonb       not null default '{}',
  -- Of the earning rule, before those of the program; null when it has none of its own.
  expiration_rules jsonb,
  created_at       timestamptz not null,
  updated_at       timestamptz
);
create index pending_points_voucher on pending_points (voucher_id, id) where status = 'PENDING';
create index pending_points_campaign on pending_points (campaign_id, id) where status = 'PENDING';
create index pending_points_due on pending_points (project_id, activates_at, id) where status = 'PENDING';
create index pending_points_of_voucher on pending_points (voucher_id);

-- What its lots and its pending points come to, so that whoever reads a card need not read them. Only the ledger of
-- points writes them.
alter table voucher add column next_expiration_date date;
alter table voucher add column next_expiration_points bigint;
alter table voucher add column pending_points bigint not null default 0 check (pending_points >= 0);

-- What caused a movement, beside redemption and order, as the API shows it.
alter table voucher_transaction add column details jsonb;
alter table voucher_transaction drop constraint voucher_transaction_type_check;
alter table voucher_transaction add check (type in (
  'CREDITS_REDEMPTION', 'CREDITS_REFUND', 'CREDITS_ADDITION', 'CREDITS_REMOVAL',
  'POINTS_REDEMPTION', 'POINTS_REFUND', 'POINTS_ADDITION', 'POINTS_REMOVAL', 'POINTS_ACCRUAL', 'POINTS_CANCELLATION',
  'POINTS_EXPIRATION', 'POINTS_TRANSFER_IN', 'POINTS_TRANSFER_OUT', 'PENDING_POINTS_ACTIVATION'));
create index voucher_transaction_redemption on voucher_transaction (redemption_id) where type = 'POINTS_REDEMPTION';

-- Cards that are held already: what is on them never expires.
insert into points_bucket (id, project_id, voucher_id, campaign_id, points, created_at)
select 'lopb_' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 24), project_id, id, campaign_id,
       points - expired_points - subtracted_points - redeemed_points, created_at
  from voucher
 where type = 'LOYALTY_CARD' and holder_id is not null
   and points > expired_points + subtracted_points + redeemed_points;

-- Up to which day what a day begins with is done, and how far it is with the next one.
create table nightly_run (
  project_id text     primary key references project on delete cascade,
  -- The last day that is done, in the time zone of the project.
  day        date     not null,
  step       smallint not null default 0,
  state      jsonb,
  -- How often the step failed in a row, and why it did last.
  attempts   smallint not null default 0,
  failure    text
);
