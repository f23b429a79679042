-- Whether a person's later calls wait while an earlier one awaits its retry (pipeline §7.4.5).
alter table destination add column ordering text not null default 'best_effort'
  check (ordering in ('best_effort', 'strict'));
