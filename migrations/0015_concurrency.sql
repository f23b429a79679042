-- How many requests a process may have under way to a destination (pipeline §7.4.4).
alter table destination add column concurrency smallint not null default 32
  check (concurrency between 1 and 64);
