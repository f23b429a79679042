-- The last day whose night left no step undone, and whether the night that is begun has left one.
alter table nightly_run add column complete_to date, add column has_left_step boolean not null default false;
update nightly_run set complete_to = day;

-- Cards that a step of a night failed at. The other cards go on; these are tried again the next night.
create table nightly_failure (
  project_id text        not null references project on delete cascade,
  step       text        not null,
  voucher_id text        not null references voucher on delete cascade,
  -- The day that the night begins, in the time zone of the project.
  day        date        not null,
  failure    text        not null,
  failed_at  timestamptz not null,
  primary key (project_id, step, voucher_id)
);
create index nightly_failure_voucher on nightly_failure (voucher_id);
