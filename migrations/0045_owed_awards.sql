-- What a referral is worth, to the referrer through a tier or to the referee without one, is owed from the referral on and
-- given once, whoever tries: a campaign may have no codes at that moment.
alter table referral_award drop constraint referral_awarded_once;
alter table referral_award rename column referrer_id to customer_id;
alter table referral_award
  add column id            bigint generated always as identity primary key,
  add column project_id    text,
  add column campaign_id   text references campaign on delete cascade,
  -- With whom it was earned, and what tells of it.
  add column referee_id    text,
  add column occurrence_id text,
  add column given_at      timestamptz,
  -- Why it could not be given when it was tried last.
  add column failure       text,
  alter column tier_id drop not null;
update referral_award
   set given_at = referral_award.created_at, project_id = tier.project_id, campaign_id = tier.campaign_id
  from referral_tier tier where tier.id = referral_award.tier_id;
alter table referral_award
  alter column project_id set not null,
  alter column campaign_id set not null,
  add constraint referral_awarded_once unique nulls not distinct (campaign_id, tier_id, customer_id, number),
  add constraint referral_award_is_known check (given_at is not null or (referee_id is not null and occurrence_id is not null));
create index referral_award_tier on referral_award (tier_id);
create index referral_award_owed on referral_award (project_id, id) where given_at is null;
create index referral_award_owed_to on referral_award (customer_id) where given_at is null;
