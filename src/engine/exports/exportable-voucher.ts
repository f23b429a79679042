import { sql } from 'kysely'
import { type Exportable, fields, major, plain, refs, times } from './exportable.ts'

/** What a voucher is worth: credits and amounts in major units, percents, points and units as they are. */
const VALUE = sql`case voucher.type
  when 'GIFT_VOUCHER' then ${major(sql`voucher.gift_amount_minor`)}
  when 'LOYALTY_CARD' then voucher.points::text
  else case voucher.discount ->> 'type'
    when 'AMOUNT' then ${major(sql`(voucher.discount ->> 'amount_off')::numeric`)}
    when 'FIXED' then ${major(sql`(voucher.discount ->> 'fixed_amount')::numeric`)}
    when 'PERCENT' then voucher.discount ->> 'percent_off'
    else voucher.discount ->> 'unit_off' end end`

const FORMULA = sql`coalesce(voucher.discount ->> 'percent_off_formula', voucher.discount ->> 'amount_off_formula',
  voucher.discount ->> 'fixed_amount_formula', voucher.discount ->> 'unit_off_formula')`

const BALANCE = sql`voucher.gift_amount_minor - voucher.gift_subtracted_minor - voucher.redeemed_amount_minor`
const POINTS = sql`voucher.points - voucher.expired_points - voucher.subtracted_points - voucher.redeemed_points`

export const VOUCHER: Exportable = {
  from: sql`voucher
    left join campaign on campaign.id = voucher.campaign_id
    left join customer on customer.project_id = voucher.project_id and customer.id = voucher.holder_id`,
  belongs: (projectId) => sql`voucher.project_id = ${projectId} and voucher.deleted_at is null`,
  columns: {
    ...plain('voucher', [
      'id',
      'code',
      'category',
      'is_referral_code',
      'validity_day_of_week',
      'campaign_id',
      'additional_info',
      'metadata',
    ]),
    ...times('voucher', ['start_date', 'expiration_date', 'created_at', 'updated_at']),
    voucher_type: { value: sql`voucher.type` },
    value: { value: VALUE },
    formula: { value: FORMULA },
    discount_type: { value: sql`voucher.discount ->> 'type'` },
    campaign: { value: sql`campaign.name` },
    gift_balance: { value: major(BALANCE) },
    loyalty_balance: { value: POINTS },
    redemption_quantity: { value: sql`voucher.redemption_quantity` },
    redemption_count: { value: sql`voucher.redeemed_quantity` },
    active: { value: sql`voucher.is_active` },
    // There are no images of codes here.
    qr_code: { value: sql`null::text` },
    bar_code: { value: sql`null::text` },
    validity_timeframe_interval: { value: sql`voucher.validity_timeframe ->> 'interval'` },
    validity_timeframe_duration: { value: sql`voucher.validity_timeframe ->> 'duration'` },
    discount_amount_limit: { value: major(sql`(voucher.discount ->> 'amount_limit')::numeric`) },
    customer_id: { value: sql`voucher.holder_id` },
    customer_source_id: { value: sql`customer.source_id` },
    discount_effect: { value: sql`voucher.discount ->> 'effect'` },
    discount_unit_type: { value: sql`voucher.discount ->> 'unit_type'` },
    discount_unit_effect: {
      value: sql`case when voucher.discount ->> 'type' = 'UNIT' then voucher.discount ->> 'effect' end`,
    },
    validation_rules_id: {
      value: sql`(select assignment.rule_id from validation_rule_assignment assignment
                   where assignment.related_object_id = voucher.id order by assignment.created_at, assignment.id limit 1)`,
    },
  },
  defaults: ['code', 'voucher_type', 'value', 'discount_type'],
  orders: refs('voucher', ['created_at', 'updated_at', 'code']),
  id: sql`voucher.id`,
  filters: {
    ...fields('text', refs('voucher', ['id', 'code', 'category', 'campaign_id', 'category_id'])),
    ...fields('text', {
      voucher_type: sql`voucher.type`,
      type: sql`voucher.type`,
      holder_id: sql`voucher.holder_id`,
      customer_id: sql`voucher.holder_id`,
      campaign_ids: sql`voucher.campaign_id`,
      category_ids: sql`voucher.category_id`,
      campaign: sql`campaign.name`,
      campaign_name: sql`campaign.name`,
    }),
    ...fields('flag', { active: sql`voucher.is_active`, ...refs('voucher', ['is_referral_code']) }),
    ...fields('number', { 'redemption.redeemed_quantity': sql`voucher.redeemed_quantity` }),
    ...fields(
      'date',
      refs('voucher', ['start_date', 'expiration_date', 'created_at', 'updated_at']),
    ),
  },
  metadata: sql`voucher.metadata`,
}
