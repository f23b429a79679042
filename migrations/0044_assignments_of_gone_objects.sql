-- Which rule holds for an object goes with the object, however it is deleted: alone, with its campaign, or out of the bin.
create function delete_assignments_of_gone() returns trigger language plpgsql as $$
begin
  delete from validation_rule_assignment assignment using gone where assignment.related_object_id = gone.id;
  return null;
end $$;

create trigger assignments_of_gone_vouchers after delete on voucher referencing old table as gone
  for each statement execute function delete_assignments_of_gone();
create trigger assignments_of_gone_campaigns after delete on campaign referencing old table as gone
  for each statement execute function delete_assignments_of_gone();
create trigger assignments_of_gone_tiers after delete on promotion_tier referencing old table as gone
  for each statement execute function delete_assignments_of_gone();
create trigger assignments_of_gone_earning_rules after delete on earning_rule referencing old table as gone
  for each statement execute function delete_assignments_of_gone();
create trigger assignments_of_gone_rewards after delete on reward_assignment referencing old table as gone
  for each statement execute function delete_assignments_of_gone();

delete from validation_rule_assignment assignment
 where related_object_type in ('voucher', 'campaign', 'promotion_tier', 'earning_rule', 'reward_assignment')
   and not exists (select from voucher where id = related_object_id)
   and not exists (select from campaign where id = related_object_id)
   and not exists (select from promotion_tier where id = related_object_id)
   and not exists (select from earning_rule where id = related_object_id)
   and not exists (select from reward_assignment where id = related_object_id);
