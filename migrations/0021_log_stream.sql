-- Where the log is once it is no longer in log_entry: a stream of NATS JetStream. Positions of its entries go on
-- behind `base`, the last one before, so that cursors and deliveries keep their meaning.
create table log_stream (
  is_only boolean primary key default true check (is_only),
  name    text    not null,
  base    bigint  not null
);
