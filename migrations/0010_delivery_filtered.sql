-- An event that matches one mapping of a destination passes by all the others. Which these were is one row
-- of the event, not a row each: with the six presets that would be five rows for every one that says
-- something. `mapping_id` is null in that row.

alter table delivery add column filtered_mapping_ids text[];
alter table delivery add constraint delivery_filtered_as_one
  check (filtered_mapping_ids is null or (outcome = 'filtered' and mapping_id is null));

-- Calls that came while a destination was disabled are not sent when it is enabled again.
alter table destination add column enabled_at timestamptz;
update destination set enabled_at = coalesce(updated_at, created_at) where is_enabled;
alter table destination add constraint destination_enabled_since
  check (is_enabled = (enabled_at is not null));
