-- More projects than one: what the management API says of them, who works in them, and the keys that open them.

alter table project add column description text;
alter table project add column currency text check (currency ~ '^[A-Z]{3}$');
alter table project add column dial_code text;
-- The characters of codes whose form names none; null: those of the product.
alter table project add column default_charset text;
-- Kept as given: nobody is notified yet.
alter table project add column webhooks_callout_notifications jsonb;
alter table project add column api_usage_notifications jsonb;
-- From then on the project is not there any more; what it holds is deleted in the background, its row last.
alter table project add column deleted_at timestamptz;
create index project_deleted on project (deleted_at) where deleted_at is not null;

-- Keys of the installation as a whole: they manage every project.
create table management_key (
  key_id       text        primary key,
  token_hash   bytea       not null,
  token_sealed text        not null,
  created_at   timestamptz not null
);

alter table application_key add column name text not null default 'Application key';
alter table application_key add column kind text not null default 'application'
  check (kind in ('application', 'integration'));
alter table application_key add column role text not null default 'ADMIN'
  check (role in ('ADMIN', 'VIEWER', 'MERCHANT'));
-- Made with its project or by a preset, and not by somebody in the management API.
alter table application_key add column is_own boolean not null default true;
create index application_key_project on application_key (project_id, created_at);

alter table client_key add column name text not null default 'Client key';
alter table client_key add column is_own boolean not null default true;

create table organization_user (
  id         text        primary key check (id like 'user\_%'),
  login      text        not null,
  first_name text,
  last_name  text,
  created_at timestamptz not null
);
-- One person has one login, however they spell it.
create unique index organization_user_login on organization_user (lower(login));

create table project_user (
  project_id text        not null references project on delete cascade,
  user_id    text        not null references organization_user on delete cascade,
  role       text        not null check (role in ('ADMIN', 'USER', 'VIEWER', 'MERCHANT')),
  created_at timestamptz not null,
  primary key (project_id, user_id)
);
create index project_user_user on project_user (user_id);

-- A project has one brand (programs scenario 82).
create table branding (
  id         text        primary key check (id like 'brd\_%'),
  project_id text        not null references project on delete cascade,
  brand      jsonb       not null,
  address    jsonb       not null,
  contact    jsonb       not null,
  created_at timestamptz not null,
  constraint branding_once unique (project_id)
);
