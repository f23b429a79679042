-- Who became a customer through whose referral code (engine-programs §10.3): each customer once in a campaign, whatever
-- they do there again.
create table referral (
  project_id      text        not null,
  campaign_id     text        not null,
  voucher_id      text        not null,
  referrer_id     text        not null,
  referee_id      text        not null,
  -- What made them one.
  redemption_id   text,
  custom_event_id text,
  created_at      timestamptz not null,
  -- When the redemption was rolled back: it does not count any more (F-14).
  undone_at       timestamptz,
  constraint referee_once primary key (campaign_id, referee_id),
  check ((redemption_id is null) <> (custom_event_id is null)),
  check (referrer_id <> referee_id)
);
create index referral_referrer on referral (referrer_id, campaign_id) where undone_at is null;
create index referral_referee on referral (referee_id);
create index referral_redemption on referral (redemption_id) where redemption_id is not null;

-- What referrers get for it (engine-programs §10.2).
create table referral_tier (
  id           text        primary key check (id like 'reft\_%'),
  project_id   text        not null,
  campaign_id  text        not null references campaign (id) on delete cascade,
  reward_id    text        not null references reward (id),
  banner       text,
  -- After so many referees; with `is_recurring` after every so many.
  conversions  integer     not null check (conversions >= 1),
  is_recurring boolean     not null,
  -- Only for referrers in this segment.
  segment_id   text,
  created_at   timestamptz not null,
  updated_at   timestamptz
);
create index referral_tier_campaign on referral_tier (campaign_id, created_at, id);
create index referral_tier_reward on referral_tier (reward_id);

-- What was given, so that nothing is given twice.
create table referral_award (
  tier_id     text        not null references referral_tier (id) on delete cascade,
  referrer_id text        not null,
  number      integer     not null check (number >= 1),
  created_at  timestamptz not null,
  constraint referral_awarded_once primary key (tier_id, referrer_id, number)
);

-- Which events the Voucherify source tells of rewards, which happen under two names (D-02).
alter table segment_source_connection add column reward_events text not null default 'both'
  check (reward_events in ('both', 'customer', 'reward'));

-- Whoever a referral code was published to refers with it.
update voucher set referrer_id = holder_id where is_referral_code and referrer_id is null and holder_id is not null;

-- Programs that are there already react to what happens from now on.
insert into project_program (project_id, kinds)
select distinct project_id, array['referrals'] from campaign where campaign_type = 'REFERRAL_PROGRAM'
on conflict (project_id) do update
   set kinds = array(select distinct unnest(project_program.kinds || excluded.kinds) order by 1);
