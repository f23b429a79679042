-- The pipeline: sources, the log of accepted calls, destinations with their mappings, deliveries.

create table source (
  id          text        primary key check (id like 'src\_%'),
  project_id  text        not null references project on delete cascade,
  nickname    text        not null check (nickname <> ''),
  -- Made from the nickname once; renaming a source does not move its tables (pipeline §8.2).
  schema_name text        not null check (schema_name ~ '^[a-z0-9_]+$'),
  catalog     text        not null check (catalog in ('website', 'server', 'http-api', 'voucherify')),
  is_enabled  boolean     not null default true,
  created_at  timestamptz not null,
  updated_at  timestamptz,
  unique (project_id, schema_name)
);

-- A write key travels in web pages for everyone to read: it identifies, it does not protect.
create table write_key (
  key        text        primary key check (key ~ '^[A-Za-z0-9]{8,64}$'),
  source_id  text        not null references source on delete cascade,
  created_at timestamptz not null
);
create index write_key_source on write_key (source_id);

-- Message ids of the last 24 hours, for de-duplication per source (pipeline §1.15).
create table message_seen (
  source_id   text        not null,
  message_id  text        not null,
  received_at timestamptz not null,
  primary key (source_id, message_id)
);
create index message_seen_age on message_seen (received_at);

-- Accepted calls. Appends hold one advisory lock until they commit, so the order of `position` is the
-- order of commits and a reader that continues after the last position it saw skips nothing.
-- `body` is json, not jsonb: written once, read whole, and 1.7 times faster to write.
create table log_entry (
  position      bigint      generated always as identity,
  log_partition smallint    not null,
  project_id    text        not null,
  source_id     text        not null,
  message_id    text        not null,
  type          text        not null,
  event         text,
  user_id       text,
  anonymous_id  text,
  received_at   timestamptz not null,
  body          json        not null,
  primary key (log_partition, position)
);
create index log_entry_newest on log_entry (project_id, position);

-- How far each reader has come in each partition. A reader holds a partition by a lease, and moves the
-- cursor in the transaction that records what the batch caused.
create table log_cursor (
  reader        text     not null,
  log_partition smallint not null,
  position      bigint   not null default 0,
  leased_by     text,
  leased_until  timestamptz,
  primary key (reader, log_partition)
);

-- Calls refused at ingest, with the reason ("Failed on ingest", pipeline §1.7).
create table rejected_call (
  id          bigint      generated always as identity primary key,
  project_id  text,
  source_id   text,
  reason      text        not null,
  message     text        not null,
  body        text,
  received_at timestamptz not null
);
create index rejected_call_source on rejected_call (source_id, id);
create index rejected_call_age on rejected_call (received_at);

create table destination (
  id         text        primary key check (id like 'dest\_%'),
  project_id text        not null references project on delete cascade,
  source_id  text        not null references source on delete cascade,
  definition text        not null,
  name       text        not null check (name <> ''),
  is_enabled boolean     not null default false,
  -- Settings of type password are sealed.
  settings   jsonb       not null,
  created_at timestamptz not null,
  updated_at timestamptz
);
create index destination_source on destination (source_id);

create table mapping (
  id             text        primary key check (id like 'map\_%'),
  destination_id text        not null references destination on delete cascade,
  name           text        not null check (name <> ''),
  action         text        not null,
  trigger        text        not null,
  mapping        json        not null,
  is_enabled     boolean     not null,
  sort_order     integer     not null,
  created_at     timestamptz not null,
  updated_at     timestamptz
);
create index mapping_destination on mapping (destination_id, sort_order);

-- What became of each (event, mapping); `mapping_id` is null when the event was filtered before any
-- mapping looked at it. Pending rows are the retry queue.
create table delivery (
  id               bigint      generated always as identity primary key,
  project_id       text        not null,
  destination_id   text        not null,
  mapping_id       text,
  log_position     bigint      not null,
  source_id        text        not null,
  message_id       text        not null,
  event_type       text        not null,
  event_name       text,
  user_key         text        not null,
  outcome          text        not null check (outcome in ('delivered', 'filtered', 'failed', 'pending')),
  reason           text,
  message          text,
  status           smallint,
  attempts         integer     not null default 0,
  payload          json,
  response         text,
  received_at      timestamptz not null,
  first_attempt_at timestamptz,
  finished_at      timestamptz,
  next_attempt_at  timestamptz,
  check ((outcome = 'pending') = (next_attempt_at is not null)),
  unique nulls not distinct (destination_id, log_position, mapping_id)
);
create index delivery_due on delivery (next_attempt_at) where outcome = 'pending';
create index delivery_newest on delivery (project_id, id);
