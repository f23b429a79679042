-- The catalogue: products, their SKUs, collections of both; locations; exports.

-- One product has the same id in every project (R-ID-02), so ids are unique within a project.
create table product (
  id          text        not null check (id like 'prod\_%'),
  project_id  text        not null references project on delete cascade,
  source_id   text        check (source_id <> ''),
  name        text,
  price_minor bigint      check (price_minor >= 0),
  -- The names of what its SKUs differ in.
  attributes  jsonb       not null default '[]',
  image_url   text,
  metadata    jsonb       not null default '{}',
  created_at  timestamptz not null,
  updated_at  timestamptz,
  -- A product in the bin keeps its ids taken (engine-programs §14.3).
  deleted_at  timestamptz,
  primary key (project_id, id),
  unique (project_id, source_id)
);
create index product_newest on product (project_id, created_at, id);
create index product_binned on product (project_id, deleted_at) where deleted_at is not null;

create table sku (
  id          text        not null check (id like 'sku\_%'),
  project_id  text        not null,
  product_id  text        not null,
  source_id   text        check (source_id <> ''),
  sku         text,
  price_minor bigint      check (price_minor >= 0),
  currency    text,
  attributes  jsonb       not null default '{}',
  image_url   text,
  metadata    jsonb       not null default '{}',
  created_at  timestamptz not null,
  updated_at  timestamptz,
  deleted_at  timestamptz,
  primary key (project_id, id),
  unique (project_id, source_id),
  foreign key (project_id, product_id) references product on delete cascade
);
create index sku_product on sku (project_id, product_id, created_at, id);
create index sku_binned on sku (project_id, deleted_at) where deleted_at is not null;

create table product_collection (
  id         text        primary key check (id like 'pc\_%'),
  project_id text        not null references project on delete cascade,
  name       text        not null check (name <> ''),
  type       text        not null check (type in ('STATIC', 'AUTO_UPDATE')),
  filter     jsonb       check ((type = 'AUTO_UPDATE') = (filter is not null)),
  created_at timestamptz not null,
  updated_at timestamptz
);
create index product_collection_newest on product_collection (project_id, created_at, id);

-- What is in a collection: as listed, or as its filter found whenever a product or SKU changed, so that who
-- prices an order only looks it up.
create table product_collection_item (
  project_id    text    not null,
  object        text    not null check (object in ('product', 'sku')),
  item_id       text    not null,
  collection_id text    not null references product_collection on delete cascade,
  -- Its place in the list it was given in.
  place         integer not null default 0,
  primary key (project_id, object, item_id, collection_id)
);
create index product_collection_item_collection on product_collection_item (collection_id, place);

create table location (
  id         text        primary key check (id like 'loc\_%'),
  project_id text        not null references project on delete cascade,
  name       text        not null check (name <> ''),
  -- A circle or a polygon (engine-programs §6.3).
  shape      jsonb       not null,
  created_at timestamptz not null,
  updated_at timestamptz
);
create index location_newest on location (project_id, created_at, id);

create table export (
  id              text        primary key check (id like 'exp\_%'),
  project_id      text        not null references project on delete cascade,
  exported_object text        not null,
  -- As given: order, fields, filters.
  parameters      jsonb       not null,
  status          text        not null default 'SCHEDULED' check (status in ('SCHEDULED', 'IN_PROGRESS', 'DONE', 'ERROR')),
  channel         text        not null,
  -- Opens the file, together with the project's keys.
  token           text        not null,
  attempts        integer     not null default 0,
  leased_until    timestamptz,
  created_at      timestamptz not null
);
create index export_newest on export (project_id, created_at, id);
create index export_due on export (created_at) where status in ('SCHEDULED', 'IN_PROGRESS');

-- The rows of an export as they were when it was made.
create table export_row (
  export_id text   not null references export on delete cascade,
  place     bigint not null,
  cells     json   not null,
  primary key (export_id, place)
);

-- The bin is what was put into it and is not deleted yet (engine-programs §14.3).
create index voucher_binned on voucher (project_id, deleted_at) where deleted_at is not null;
create index campaign_binned on campaign (project_id, deleted_at) where deleted_at is not null;
