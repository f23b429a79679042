-- What programs do about things that happened, after the request that made them happen was answered.

-- What of a project reacts to occurrences. A project without a row queues nothing.
create table project_program (
  project_id text   primary key references project on delete cascade,
  kinds      text[] not null default '{}'
);

-- Occurrences that some program of their project still has to react to, in their order.
create table effect_message (
  position      bigint      generated always as identity primary key,
  project_id    text        not null references project on delete cascade,
  occurrence_id text        not null,
  -- How many effects led to it: 0 for what a request did.
  depth         smallint    not null default 0,
  created_at    timestamptz not null,
  -- It failed by itself: kept to be looked at, not tried again.
  failed_at     timestamptz,
  failure       text,
  check ((failed_at is null) = (failure is null))
);
create index effect_message_due on effect_message (project_id, position) where failed_at is null;
create index effect_message_failed on effect_message (failed_at) where failed_at is not null;
create index effect_message_failed_of on effect_message (project_id, failed_at) where failed_at is not null;
