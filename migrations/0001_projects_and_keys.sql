-- Projects and the credentials that open them. A token is stored twice: hashed, to verify a caller,
-- and sealed with the installation's secret key, so that its owner can be shown it again.

create table project (
  id         text        primary key check (id like 'proj\_%'),
  name       text        not null,
  created_at timestamptz not null
);

create table application_key (
  app_id       text        primary key,
  project_id   text        not null references project on delete cascade,
  token_hash   bytea       not null,
  token_sealed text        not null,
  created_at   timestamptz not null
);

create table admin_token (
  token_hash   bytea       primary key,
  project_id   text        not null references project on delete cascade,
  token_sealed text        not null,
  created_at   timestamptz not null
);

-- Answers given under an Idempotency-Key, written by the transaction that did the work (D-09, D-17).
create table idempotency_key (
  project_id   text        not null,
  scope        text        not null check (scope in ('v1', 'segmentio')),
  key          text        not null,
  request_hash bytea       not null,
  status       smallint,
  body         text,
  created_at   timestamptz not null,
  primary key (project_id, scope, key)
);
create index idempotency_key_age on idempotency_key (created_at);
