-- Campaign templates: what a campaign is made of but for its name, its category and the number of its codes.

create table campaign_template (
  id            text        primary key check (id like 'camp\_tpl\_%'),
  project_id    text        not null references project on delete cascade,
  name          text        not null,
  description   text,
  campaign_type text        not null check (campaign_type in ('DISCOUNT_COUPONS', 'GIFT_VOUCHERS')),
  -- The body that makes the campaign, and the one that makes its validation rule, if it has one.
  campaign      jsonb       not null,
  rule          jsonb,
  created_at    timestamptz not null,
  updated_at    timestamptz,
  constraint campaign_template_name_once unique (project_id, name)
);
create index campaign_template_project on campaign_template (project_id, id);
