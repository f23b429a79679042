-- What customers can consent to, in groups, and what each of them said.
create table consent_group (
  id          text        primary key check (id like 'cnstg\_%'),
  project_id  text        not null references project on delete cascade,
  name        text        not null check (name <> ''),
  description text        not null default '',
  created_at  timestamptz not null,
  updated_at  timestamptz,
  unique (project_id, name)
);

create table consent (
  id          text        primary key check (id like 'cnst\_%'),
  project_id  text        not null references project on delete cascade,
  group_id    text        references consent_group on delete set null,
  name        text        not null check (name <> ''),
  description text        not null default '',
  category    text        not null,
  created_at  timestamptz not null,
  updated_at  timestamptz,
  unique (project_id, name)
);

-- A customer without a row has said nothing.
create table customer_consent (
  consent_id  text        not null references consent on delete cascade,
  customer_id text        not null,
  is_given    boolean     not null,
  changed_at  timestamptz not null,
  primary key (customer_id, consent_id)
);
create index customer_consent_of on customer_consent (consent_id);
