-- Webhooks: the endpoints of a project, and what was or is to be sent to them.

create table webhook_endpoint (
  id                     text        primary key check (id like 'wh\_%'),
  project_id             text        not null references project on delete cascade,
  target_url             text        not null,
  -- As the caller spelt them, and by the names that facts are announced under.
  events                 text[]      not null,
  event_names            text[]      not null,
  is_enabled             boolean     not null default true,
  -- Why it was disabled by itself; null when somebody did it, and while it is enabled.
  disabled_reason        text        check (disabled_reason in ('failing', 'gone')),
  secret_sealed          text        not null,
  -- The secret before the last rotation: what is sent is signed with both for a while.
  old_secret_sealed      text,
  old_secret_expires_at  timestamptz,
  -- How it fares: failures in a row, what the last one met, and when something last got through.
  failures               integer     not null default 0,
  last_failure           text,
  last_success_at        timestamptz,
  -- Nothing is sent before then, nor by anybody but the holder of the lease.
  next_attempt_at        timestamptz,
  leased_until           timestamptz,
  created_at             timestamptz not null,
  updated_at             timestamptz,
  check (is_enabled = false or disabled_reason is null)
);
create index webhook_endpoint_project on webhook_endpoint (project_id, created_at, id);

-- No foreign key to the endpoint: every announcement would lock its row, which is the busiest there is.
create table webhook_message (
  position        bigint      generated always as identity primary key,
  id              text        not null unique check (id like 'whs\_%'),
  project_id      text        not null,
  endpoint_id     text        not null,
  occurrence_id   text        not null,
  event           text        not null,
  -- Which of several, where one occurrence is told as several events of the same name.
  part            smallint    not null,
  status          text        not null default 'pending' check (status in ('pending', 'delivered', 'failed')),
  attempts        integer     not null default 0,
  -- What the last attempt met: a status, or why there was none, and the beginning of the answer.
  last_status     smallint,
  last_failure    text,
  last_answer     text,
  last_ms         integer,
  last_attempt_at timestamptz,
  next_attempt_at timestamptz,
  created_at      timestamptz not null,
  check ((status = 'pending') = (next_attempt_at is not null)),
  unique (occurrence_id, endpoint_id, event, part)
);
create index webhook_message_due on webhook_message (endpoint_id, next_attempt_at) where status = 'pending';
create index webhook_message_log on webhook_message (project_id, position desc);
create index webhook_message_age on webhook_message (created_at);

-- Keys of the client-side API: they stand in web pages, so what they open is said in client_settings.
create table client_key (
  app_id       text        primary key,
  project_id   text        not null references project on delete cascade,
  token_hash   bytea       not null,
  token_sealed text        not null,
  created_at   timestamptz not null
);
create index client_key_project on client_key (project_id, created_at);

-- A project without a row trusts no domain and allows nothing that is switched on by a flag (R-AUTH-07).
create table client_settings (
  project_id                       text        primary key references project on delete cascade,
  trusted_domains                  text[]      not null default '{}',
  can_redeem                       boolean     not null default false,
  can_publish                      boolean     not null default false,
  can_list_vouchers                boolean     not null default false,
  can_create_customers             boolean     not null default false,
  can_set_voucher_expiration_date  boolean     not null default false,
  can_track_events                 boolean     not null default false,
  updated_at                       timestamptz not null
);

-- OAuth access tokens, hashed. One dies with the application key it was issued to, also when that key is
-- given another token: hence its hash.
create table oauth_token (
  token_hash bytea       primary key,
  project_id text        not null,
  app_id     text        not null references application_key on delete cascade,
  key_hash   bytea       not null,
  scopes     text[]      not null,
  expires_at timestamptz not null
);
create index oauth_token_live on oauth_token (project_id, expires_at);
