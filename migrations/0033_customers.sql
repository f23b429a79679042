-- Who has a voucher, and as what (engine-programs §2.7, C-40).
create table redeemable_holder (
  id          text        primary key check (id like 'rh\_%'),
  project_id  text        not null references project on delete cascade,
  voucher_id  text        not null,
  campaign_id text,
  customer_id text        not null,
  role        text        not null check (role in ('OWNER', 'REFERRER', 'REFEREE')),
  -- The publication that made it, if one did.
  publication_id text,
  metadata    jsonb       not null default '{}',
  created_at  timestamptz not null,
  unique (voucher_id, customer_id)
);
create index redeemable_holder_customer on redeemable_holder (customer_id, id);

-- Whom vouchers were published to until now.
insert into redeemable_holder (id, project_id, voucher_id, campaign_id, customer_id, role, publication_id, created_at)
select distinct on (voucher.id, publication.customer_id)
       'rh_' || lpad(to_hex((extract(epoch from publication.created_at) * 1000)::bigint), 11, '0')
             || substr(md5(publication.id || voucher.id), 1, 13),
       voucher.project_id, voucher.id, voucher.campaign_id, publication.customer_id,
       case when voucher.is_referral_code then 'REFERRER' else 'OWNER' end, publication.id, publication.created_at
  from (select publication.*, unnest(coalesce(voucher_ids, array[voucher_id])) as given_id
          from publication where result = 'SUCCESS') as publication
  join voucher on voucher.id = publication.given_id and voucher.project_id = publication.project_id
 order by voucher.id, publication.customer_id, publication.created_at;

-- What a change in bulk did with each of its items, step by step: the lines of the report that its result names.
create table async_action_report (
  action_id text    not null references async_action on delete cascade,
  -- How many items were before these.
  place     integer not null,
  lines     jsonb   not null,
  primary key (action_id, place)
);
