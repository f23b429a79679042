-- A refused publication is on record with its source id and does not use it up: once what was wrong is
-- mended, the caller publishes under the same id.

alter table publication drop constraint publication_project_id_source_id_key;
create unique index publication_source_id on publication (project_id, source_id) where result = 'SUCCESS';
create index publication_attempts on publication (project_id, source_id) where source_id is not null;
