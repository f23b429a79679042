-- Filters of destinations (pipeline §2.3 rule 3). A destination has ten places, so it never has more filters,
-- whoever adds them at once.
create table destination_filter (
  id             text        primary key check (id like 'filt\_%'),
  destination_id text        not null references destination on delete cascade,
  place          smallint    not null check (place between 0 and 9),
  title          text        not null check (char_length(title) between 1 and 64),
  description    text,
  condition      text        not null,
  actions        json        not null,
  is_enabled     boolean     not null,
  created_at     timestamptz not null,
  updated_at     timestamptz,
  unique (destination_id, place)
);
