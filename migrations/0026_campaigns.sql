-- Codes that are told apart with or without regard to case, as their project wants (D-14).
alter table voucher add column code_key text;
update voucher set code_key = code;
alter table voucher alter column code_key set not null;
alter table voucher drop constraint voucher_project_id_code_key;
-- A voucher in the bin keeps its code blocked (R-VOU-08).
alter table voucher add constraint voucher_code_once unique (project_id, code_key);

-- Codes that are there have their key already, so how keys are made is fixed with the first of them.
create function refuse_change_of_code_case() returns trigger language plpgsql as $$
begin
  -- Whoever is making a code finishes first, and whoever comes later reads the new setting.
  lock table voucher in share row exclusive mode;
  if exists (select from voucher where project_id = new.id) then
    raise exception 'project % has codes', new.id
      using errcode = 'check_violation', constraint = 'project_code_case_fixed';
  end if;
  return new;
end $$;
create trigger project_code_case_fixed before update of has_case_sensitive_codes on project
  for each row when (old.has_case_sensitive_codes is distinct from new.has_case_sensitive_codes)
  execute function refuse_change_of_code_case();

-- The summary of a campaign counts what came and went in a period.
create index voucher_deleted on voucher (campaign_id, deleted_at) where deleted_at is not null;

-- A publication out of a campaign gives one code or several; one that found none has none.
alter table publication add column campaign_id text;
-- Of several, all of them; `voucher_id` is the first.
alter table publication add column voucher_ids text[];
create index publication_campaign on publication (campaign_id, created_at) where campaign_id is not null;
