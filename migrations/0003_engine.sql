-- The promotion engine: customers, vouchers, redemptions, publications, and the facts announced about them.

create table customer (
  id              text        primary key check (id like 'cust\_%'),
  project_id      text        not null references project on delete cascade,
  source_id       text        check (source_id <> ''),
  name            text,
  description     text,
  email           text,
  phone           text,
  birthdate       date,
  address         jsonb,
  metadata        jsonb       not null default '{}',
  system_metadata jsonb       not null default '{}',
  created_at      timestamptz not null,
  updated_at      timestamptz,
  unique (project_id, source_id)
);
create index customer_newest on customer (project_id, created_at, id);
create index customer_email on customer (project_id, email);

-- Which metadata keys a project knows, by type. Without a row everything is kept (D-04).
create table metadata_schema (
  project_id     text  not null references project on delete cascade,
  related_object text  not null,
  properties     jsonb not null,
  primary key (project_id, related_object)
);

create table custom_event (
  id          text        primary key check (id like 'event\_%'),
  project_id  text        not null,
  customer_id text        not null,
  type        text        not null,
  metadata    jsonb       not null,
  referral    jsonb,
  loyalty     jsonb,
  created_at  timestamptz not null
);
create index custom_event_customer on custom_event (project_id, customer_id, created_at);

create table voucher (
  id                    text        primary key check (id like 'v\_%'),
  project_id            text        not null references project on delete cascade,
  code                  text        not null check (code <> ''),
  type                  text        not null check (type in ('DISCOUNT_VOUCHER', 'GIFT_VOUCHER')),
  category              text,
  discount              jsonb,
  gift_amount_minor     bigint      check (gift_amount_minor >= 0),
  gift_subtracted_minor bigint      not null default 0,
  gift_effect           text,
  redeemed_amount_minor bigint      not null default 0 check (redeemed_amount_minor >= 0),
  redemption_quantity   integer     check (redemption_quantity >= 0),
  redeemed_quantity     integer     not null default 0 check (redeemed_quantity >= 0),
  start_date            timestamptz,
  expiration_date       timestamptz,
  is_active             boolean     not null default true,
  additional_info       text,
  metadata              jsonb       not null default '{}',
  is_referral_code      boolean     not null default false,
  holder_id             text,
  publish_count         integer     not null default 0,
  created_at            timestamptz not null,
  updated_at            timestamptz,
  -- A voucher in the bin keeps its code blocked (R-VOU-08).
  deleted_at            timestamptz,
  unique (project_id, code),
  check ((type = 'GIFT_VOUCHER') = (gift_amount_minor is not null)),
  check ((type = 'DISCOUNT_VOUCHER') = (discount is not null)),
  -- The last line of defence: no bug of ours redeems past a limit or spends a balance twice.
  constraint voucher_quantity_kept check (redemption_quantity is null or redeemed_quantity <= redemption_quantity),
  constraint voucher_balance_kept check (gift_amount_minor is null or redeemed_amount_minor + gift_subtracted_minor <= gift_amount_minor)
);
create index voucher_newest on voucher (project_id, created_at, id);

create table voucher_transaction (
  id            text        primary key check (id like 'vtx\_%'),
  project_id    text        not null,
  voucher_id    text        not null,
  type          text        not null check (type in ('CREDITS_REDEMPTION', 'CREDITS_REFUND')),
  amount_minor  bigint      not null,
  balance_minor bigint      not null check (balance_minor >= 0),
  redemption_id text        not null,
  created_at    timestamptz not null
);
create index voucher_transaction_voucher on voucher_transaction (voucher_id, id);

-- `order` is a reserved word, hence the plural.
create table orders (
  id                    text        primary key check (id like 'ord\_%'),
  project_id            text        not null,
  source_id             text        check (source_id <> ''),
  customer_id           text,
  status                text        not null check (status in ('CREATED', 'PAID', 'CANCELED', 'FULFILLED')),
  amount_minor          bigint      not null check (amount_minor >= 0),
  discount_amount_minor bigint      not null default 0 check (discount_amount_minor >= 0),
  items                 jsonb       not null default '[]',
  metadata              jsonb       not null default '{}',
  redemptions           jsonb       not null default '{}',
  created_at            timestamptz not null,
  updated_at            timestamptz,
  unique (project_id, source_id),
  check (discount_amount_minor <= amount_minor)
);
create index orders_customer on orders (project_id, customer_id, created_at);

-- Redemptions and their rollbacks, successes and failures, in one history.
create table redemption (
  id              text        primary key check (id ~ '^(r|rf|rr|rrf)_'),
  project_id      text        not null,
  object          text        not null check (object in ('redemption', 'redemption_rollback')),
  result          text        not null check (result in ('SUCCESS', 'FAILURE')),
  status          text        not null check (status in ('SUCCEEDED', 'FAILED', 'ROLLED_BACK')),
  -- The parent of a stacked redemption; null for the parent itself and for a lone redemption.
  parent_id       text,
  is_parent       boolean     not null default false,
  -- For a rollback: the redemption it undoes.
  redemption_id   text,
  customer_id     text,
  voucher_id      text,
  voucher_code    text,
  order_id        text,
  tracking_id     text,
  amount_minor    bigint,
  failure_code    text,
  failure_message text,
  reason          text,
  metadata        json        not null,
  -- The order as this redemption left it.
  order_snapshot  json,
  created_at      timestamptz not null
);
create index redemption_newest on redemption (project_id, created_at, id);
create index redemption_voucher on redemption (voucher_id, created_at);
create index redemption_customer on redemption (customer_id, created_at) where customer_id is not null;
create index redemption_parent on redemption (parent_id) where parent_id is not null;
-- A redemption is rolled back once (R-CONC-05).
create unique index redemption_rolled_back_once on redemption (redemption_id)
  where object = 'redemption_rollback' and result = 'SUCCESS';

create table publication (
  id              text        primary key check (id like 'pub\_%'),
  project_id      text        not null,
  customer_id     text        not null,
  voucher_id      text,
  source_id       text        check (source_id <> ''),
  channel         text        not null,
  result          text        not null check (result in ('SUCCESS', 'FAILURE')),
  failure_code    text,
  failure_message text,
  metadata        jsonb       not null default '{}',
  created_at      timestamptz not null,
  unique (project_id, source_id)
);
create index publication_newest on publication (project_id, created_at, id);
create index publication_voucher on publication (voucher_id);
create index publication_customer on publication (customer_id);

-- The outbox: every fact, written by the transaction that made it true. `customer_id` is null for what
-- happened to nobody in particular. Ids sort by time, so a customer's activity pages by id.
create table occurrence (
  id          text        primary key check (id like 'evcus\_%'),
  project_id  text        not null,
  type        text        not null,
  customer_id text,
  group_id    text        not null,
  category    text        not null check (category in ('ACTION', 'EFFECT')),
  channel     text        not null,
  app_id      text,
  data        json        not null,
  created_at  timestamptz not null
);
create index occurrence_activity on occurrence (customer_id, id) where customer_id is not null;

-- Where the Voucherify source sends its track calls (engine-programs §17.1).
create table segment_source_connection (
  project_id         text        primary key references project on delete cascade,
  write_key_sealed   text        not null,
  region             text        not null check (region in ('US', 'EU', 'CUSTOM')),
  endpoint           text        check ((region = 'CUSTOM') = (endpoint is not null)),
  naming             text        not null default 'seed' check (naming in ('seed', 'published')),
  shape              text        not null default 'object' check (shape in ('object', 'flat')),
  anonymous_fallback text        not null default 'customer_id' check (anonymous_fallback in ('customer_id', 'skip')),
  is_enabled         boolean     not null default true,
  -- One sender at a time keeps a person's events in order.
  leased_until       timestamptz,
  attempts           integer     not null default 0,
  next_attempt_at    timestamptz,
  last_failure       text,
  created_at         timestamptz not null,
  updated_at         timestamptz
);

-- Track calls still to be sent. A sent one is deleted; one that can never be accepted is kept with its reason.
create table segment_source_message (
  id            bigint      generated always as identity primary key,
  project_id    text        not null,
  occurrence_id text        not null,
  -- The row of the table of 14 source events (engine-programs §17.2); part of the message id.
  event_row     smallint    not null check (event_row between 1 and 14),
  created_at    timestamptz not null,
  dropped_at    timestamptz,
  drop_reason   text,
  unique (occurrence_id, event_row)
);
create index segment_source_message_due on segment_source_message (project_id, id) where dropped_at is null;
