-- Segments of customers (engine-programs §5).
create table segment (
  id          text        primary key check (id like 'seg\_%'),
  project_id  text        not null references project on delete cascade,
  name        text        not null check (name <> ''),
  type        text        not null check (type in ('static', 'auto-update', 'passive')),
  filter      jsonb,
  -- Of one that is kept up to date: who existed then and matches was placed without being told of (S-3).
  active_from timestamptz,
  -- Going through all customers, in the order of their ids: because it is new, or because a day is over.
  walk        text        check (walk in ('PLACEMENT', 'REVIEW')),
  walk_at     timestamptz,
  walk_after  text,
  created_at  timestamptz not null,
  updated_at  timestamptz,
  check ((type = 'static') = (filter is null)),
  check ((type = 'auto-update') = (active_from is not null)),
  check ((walk is null) = (walk_at is null))
);
create index segment_list on segment (project_id, created_at, id);
create index segment_walk on segment (walk_at) where walk is not null;

-- Who is in a segment that is static or kept up to date.
create table segment_member (
  segment_id  text        not null references segment on delete cascade,
  customer_id text        not null,
  entered_at  timestamptz not null,
  primary key (segment_id, customer_id)
);
create index segment_member_customer on segment_member (customer_id);

-- Walks go through the customers of a project by their ids.
create index customer_project on customer (project_id, id);
