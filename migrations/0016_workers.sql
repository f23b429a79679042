-- The processes that read the log, so that each takes its share of the partitions and no more.
create table worker (
  id      text        primary key,
  seen_at timestamptz not null
);
