import type { BodySchema } from '../../api/index.ts'
import {
  AMOUNT,
  ANYTHING,
  COUNT,
  embeddedList,
  FLAG,
  is,
  listOf,
  NUMBER,
  OPEN,
  oneOf,
  orNull,
  partly,
  ref,
  shape,
  TEXT,
  TIME,
  TIMES,
  VALIDITY,
} from './schema.ts'

const UNIT = {
  'unit_off?': orNull(NUMBER),
  'unit_off_formula?': orNull(TEXT),
  'unit_type?': orNull(TEXT),
  'product?': orNull(OPEN),
  'sku?': orNull(OPEN),
}

const DISCOUNT = shape({
  type: oneOf('PERCENT', 'AMOUNT', 'UNIT', 'FIXED'),
  ...partly({
    percent_off: NUMBER,
    percent_off_formula: TEXT,
    amount_off: AMOUNT,
    amount_off_formula: TEXT,
    amount_limit: AMOUNT,
    aggregated_amount_limit: AMOUNT,
    fixed_amount: AMOUNT,
    fixed_amount_formula: TEXT,
    ...UNIT,
    effect: TEXT,
    is_dynamic: FLAG,
    units: listOf(shape({ ...UNIT, 'effect?': TEXT })),
  }),
})

const VOUCHER_TYPE = oneOf('DISCOUNT_VOUCHER', 'GIFT_VOUCHER', 'LOYALTY_CARD')
const GIFT = shape({
  amount: AMOUNT,
  subtracted_amount: AMOUNT,
  balance: AMOUNT,
  effect: oneOf('APPLY_TO_ORDER', 'APPLY_TO_ITEMS'),
})
const LOYALTY_CARD = shape({
  points: AMOUNT,
  balance: AMOUNT,
  next_expiration_date: orNull(TEXT),
  next_expiration_points: orNull(AMOUNT),
  pending_points: AMOUNT,
  expired_points: AMOUNT,
  subtracted_points: AMOUNT,
})
const BENEFIT = {
  discount: orNull(ref('Discount')),
  gift: orNull(GIFT),
  loyalty_card: orNull(LOYALTY_CARD),
}
const USAGE = {
  quantity: orNull(COUNT),
  redeemed_quantity: COUNT,
  'redeemed_amount?': AMOUNT,
  'redeemed_points?': AMOUNT,
}
const ASSIGNMENTS = embeddedList('data', ref('RuleAssignment'))
const OF_CAMPAIGN = { campaign: orNull(TEXT), campaign_id: orNull(TEXT) }

const VOUCHER = {
  id: TEXT,
  code: TEXT,
  ...OF_CAMPAIGN,
  category: orNull(TEXT),
  category_id: orNull(TEXT),
  categories: listOf(ref('Category')),
  type: VOUCHER_TYPE,
  ...BENEFIT,
  ...VALIDITY,
  active: FLAG,
  additional_info: orNull(TEXT),
  metadata: OPEN,
  assets: ANYTHING,
  is_referral_code: FLAG,
  ...TIMES,
  holder_id: orNull(TEXT),
  referrer_id: orNull(TEXT),
  publish: shape({ object: is('list'), count: COUNT, url: TEXT }),
  redemption: shape({ ...USAGE, object: is('list'), url: TEXT }),
  validation_rules_assignments: ASSIGNMENTS,
}

const {
  categories: _categories,
  referrer_id: _referrerId,
  validation_rules_assignments: _assignments,
  ...member
} = VOUCHER

/** A loyalty card as its program shows it. */
export const MEMBER = { ...member, object: is('voucher') }

const LISTED_CAMPAIGN = {
  id: TEXT,
  name: TEXT,
  'description?': TEXT,
  campaign_type: oneOf(
    'LOYALTY_PROGRAM',
    'GIFT_VOUCHERS',
    'DISCOUNT_COUPONS',
    'PROMOTION',
    'REFERRAL_PROGRAM',
  ),
  type: oneOf('AUTO_UPDATE', 'STATIC', 'STANDALONE'),
  'voucher?': ref('VoucherTemplate'),
  'referral_program?': OPEN,
  'loyalty_tiers_expiration?': OPEN,
  auto_join: FLAG,
  join_once: FLAG,
  ...partly(VALIDITY),
  active: FLAG,
  metadata: OPEN,
  created_at: TIME,
  'updated_at?': TIME,
  'category?': TEXT,
  category_id: orNull(TEXT),
  object: is('campaign'),
  'activity_duration_after_publishing?': TEXT,
  use_voucher_metadata_schema: FLAG,
  'vouchers_count?': COUNT,
  creation_status: TEXT,
  vouchers_generation_status: TEXT,
  protected: FLAG,
  categories: listOf(ref('Category')),
}

const BALANCE = {
  type: TEXT,
  total: AMOUNT,
  object: is('balance'),
  'amount?': AMOUNT,
  'points?': AMOUNT,
  balance: AMOUNT,
  operation_type: TEXT,
  related_object: shape({ id: TEXT, type: TEXT }),
}

export const VOUCHER_VIEWS: Readonly<Record<string, BodySchema>> = {
  Discount: DISCOUNT,
  Voucher: shape({ ...VOUCHER, object: is('voucher') }),
  /** A loyalty card with who holds it. */
  HeldVoucher: shape({ ...VOUCHER, holder: orNull(OPEN), object: is('voucher') }),
  /** What an occurrence or a redemption tells of a voucher. */
  SimpleVoucher: shape({
    id: TEXT,
    code: TEXT,
    ...partly(BENEFIT),
    type: VOUCHER_TYPE,
    ...OF_CAMPAIGN,
    is_referral_code: FLAG,
    holder_id: orNull(TEXT),
    referrer_id: orNull(TEXT),
    category_id: orNull(TEXT),
    active: FLAG,
    ...TIMES,
    redemption: shape(USAGE),
    start_date: orNull(TIME),
    expiration_date: orNull(TIME),
    metadata: OPEN,
    object: is('voucher'),
  }),
  /** In full, or in lists what it is called and gives. */
  PublishedVoucher: shape({
    ...partly(VOUCHER),
    code: TEXT,
    campaign: orNull(TEXT),
    is_referral_code: FLAG,
    object: is('voucher'),
  }),
  VoucherTemplate: shape({
    type: VOUCHER_TYPE,
    'discount?': ref('Discount'),
    'gift?': shape({ amount: AMOUNT, 'effect?': TEXT }),
    'loyalty_card?': shape({ points: AMOUNT, 'expiration_rules?': orNull(OPEN) }),
    redemption: shape({ quantity: orNull(COUNT) }),
    code_config: shape({
      length: COUNT,
      charset: TEXT,
      pattern: TEXT,
      'prefix?': TEXT,
      'postfix?': TEXT,
    }),
    is_referral_code: FLAG,
  }),
  VoucherRedemptions: shape({
    ...USAGE,
    url: TEXT,
    object: is('list'),
    data_ref: is('redemption_entries'),
    redemption_entries: listOf(ref('Redemption')),
    total: COUNT,
  }),
  BalanceChange: shape(BALANCE),
  VoucherTransaction: shape({
    id: TEXT,
    source_id: orNull(TEXT),
    voucher_id: TEXT,
    campaign_id: orNull(TEXT),
    source: orNull(TEXT),
    reason: orNull(TEXT),
    type: TEXT,
    details: OPEN,
    related_transaction_id: orNull(TEXT),
    created_at: TIME,
  }),
  ListedCampaign: shape(LISTED_CAMPAIGN),
  Campaign: shape({
    ...LISTED_CAMPAIGN,
    'promotion?': shape({
      object: is('list'),
      data_ref: is('tiers'),
      tiers: listOf(ref('PromotionTier')),
      total: COUNT,
      has_more: FLAG,
    }),
    validation_rules_assignments: ASSIGNMENTS,
  }),
  CampaignSummary: shape({
    object: is('campaign_summary'),
    campaign: ref('ListedCampaign'),
    ...Object.fromEntries(
      [
        'redemptions',
        'redemptions_succeeded',
        'redemptions_failed',
        'rollbacks',
        'rollbacks_succeeded',
        'rollbacks_failed',
        'discounted_amount',
        'rolledback_discounted_amount',
        'orders_amount',
        'orders_rolledback_amount',
        'publications',
        'publications_succeeded',
        'publications_failed',
        'vouchers_created',
        'vouchers_deleted',
        'validations',
        'validations_succeeded',
        'validations_failed',
      ].map((name) => [name, COUNT]),
    ),
  }),
  PromotionTier: shape({
    id: TEXT,
    ...TIMES,
    name: TEXT,
    banner: orNull(TEXT),
    action: shape({ discount: ref('Discount') }),
    metadata: OPEN,
    hierarchy: COUNT,
    promotion_id: TEXT,
    campaign: shape({
      id: TEXT,
      ...VALIDITY,
      active: FLAG,
      category_id: orNull(TEXT),
      object: is('campaign'),
    }),
    campaign_id: TEXT,
    active: FLAG,
    ...VALIDITY,
    summary: shape({
      redemptions: shape({ total_redeemed: COUNT }),
      orders: shape({ total_amount: AMOUNT, total_discount_amount: AMOUNT }),
    }),
    validation_rule_assignments: ASSIGNMENTS,
    category_id: orNull(TEXT),
    categories: listOf(ref('Category')),
    object: is('promotion_tier'),
  }),
  PromotionStack: shape({
    id: TEXT,
    name: TEXT,
    ...TIMES,
    campaign_id: TEXT,
    tiers: shape({ ids: listOf(TEXT), hierarchy_mode: TEXT }),
    category_id: orNull(TEXT),
    categories: listOf(ref('Category')),
    object: is('promotion_stack'),
  }),
}
