-- Lists of what went wrong, newest first. Both are written rarely, so their indexes cost the calls that go
-- well nothing. The log itself gets no index for its filters: see src/pipeline/log/search-events.ts.

-- Calls whose write key nobody has belong to no project and are in no list.
create index rejected_call_newest on rejected_call (project_id, id) where project_id is not null;

create index delivery_failed on delivery (project_id, id) where outcome = 'failed';
