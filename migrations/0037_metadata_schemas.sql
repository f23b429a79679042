-- Metadata schemas that are managed by the API (engine-programs §4). Of one kind of object a project has one, by the
-- primary key that is there already.
alter table metadata_schema
  add column id                 text,
  add column allow_defined_only boolean     not null default false,
  add column created_at         timestamptz not null default now(),
  add column updated_at         timestamptz,
  -- M-6, removed definitions included.
  add constraint metadata_schema_size
    check (jsonb_array_length(jsonb_path_query_array(properties, '$.keyvalue()')) <= 100);
update metadata_schema set id = 'ms_' || left(replace(gen_random_uuid()::text, '-', ''), 24);
alter table metadata_schema
  alter column id set not null,
  alter column created_at drop default,
  add constraint metadata_schema_id check (id like 'ms\_%'),
  add constraint metadata_schema_id_unique unique (id);

-- What the metadata of custom events holds, by the name of the event.
create table custom_event_schema (
  id         text        primary key check (id like 'ms\_%'),
  project_id text        not null references project on delete cascade,
  name       text        not null check (name <> ''),
  properties jsonb       not null
    constraint custom_event_schema_size
      check (jsonb_array_length(jsonb_path_query_array(properties, '$.keyvalue()')) <= 100),
  -- It came to be with the first event of its name, and nobody has said yet what it defines.
  is_stub    boolean     not null default false,
  created_at timestamptz not null,
  updated_at timestamptz,
  constraint custom_event_schema_name unique (project_id, name)
);

-- An event's schema stays while an earning rule names it (M-9). Not checked of what was stored while any id was kept.
alter table earning_rule
  add constraint earning_rule_event_schema foreign key (event_schema_id) references custom_event_schema not valid;
create index earning_rule_event_schema on earning_rule (event_schema_id) where event_schema_id is not null;
