-- Sending deliveries of a destination anew, as a job: with the payload they had, or with what the mappings of
-- now make of their events (pipeline §7.7).
create table replay (
  id              text        primary key check (id like 'rpl\_%'),
  project_id      text        not null references project on delete cascade,
  destination_id  text        not null references destination on delete cascade,
  -- What was asked for, as replay.ts describes it.
  wish            jsonb       not null,
  -- The same request again is the same replay.
  idempotency_key text,
  request_hash    text        not null,
  status          text        not null check (status in ('running', 'done', 'failed')),
  error           text,
  -- What was found beforehand; null where only the job finds out.
  found           jsonb,
  -- Where the job is, where it began and where it ends: ids of deliveries, or positions of the log.
  place           bigint      not null,
  first_place     bigint      not null,
  last_place      bigint      not null,
  examined        bigint      not null default 0,
  replayable      bigint      not null default 0,
  queued          bigint      not null default 0,
  filtered        bigint      not null default 0,
  refused         bigint      not null default 0,
  missing         bigint      not null default 0,
  created_at      timestamptz not null,
  updated_at      timestamptz not null,
  finished_at     timestamptz,
  unique (destination_id, idempotency_key)
);
create index replay_destination on replay (destination_id, created_at desc, id desc);
create index replay_running on replay (updated_at) where status = 'running';

-- The replay that sent a delivery last.
alter table delivery add column replay_id text;
create index delivery_replay on delivery (replay_id, outcome) where replay_id is not null;
