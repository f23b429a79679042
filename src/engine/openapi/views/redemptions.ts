import type { BodySchema } from '../../api/index.ts'
import {
  AMOUNT,
  ANYTHING,
  COUNT,
  embeddedList,
  FLAG,
  is,
  listOf,
  OPEN,
  oneOf,
  orNull,
  partly,
  ref,
  shape,
  TEXT,
  TIME,
  TIMES,
} from './schema.ts'

const TOTALS = partly({
  amount: AMOUNT,
  initial_amount: AMOUNT,
  discount_amount: AMOUNT,
  items_discount_amount: AMOUNT,
  total_discount_amount: AMOUNT,
  applied_discount_amount: AMOUNT,
  items_applied_discount_amount: AMOUNT,
  total_applied_discount_amount: AMOUNT,
  total_amount: AMOUNT,
})
const CONTENT = { ...TOTALS, 'items?': listOf(ref('OrderItem')) }
const PEOPLE = { customer_id: orNull(TEXT), referrer_id: orNull(TEXT) }
const PERSON = orNull(ref('SimpleCustomer'))

const STORED_ORDER = {
  id: TEXT,
  source_id: orNull(TEXT),
  ...TIMES,
  status: oneOf('CREATED', 'PAID', 'CANCELED', 'FULFILLED'),
  ...CONTENT,
  metadata: OPEN,
  ...PEOPLE,
  object: is('order'),
}

const LINES = embeddedList('data', OPEN)
const LISTS = { 'applicable_to?': LINES, 'inapplicable_to?': LINES }
const RESULT = shape(
  partly({
    discount: ref('Discount'),
    bundle: OPEN,
    gift: OPEN,
    loyalty_card: OPEN,
    error: ref('Error'),
    details: shape({ message: TEXT, key: TEXT }),
  }),
)
const EXPLAIN = { 'explain?': ref('Explanation') }
const SESSION = shape({
  key: TEXT,
  type: TEXT,
  'ttl?': { type: 'number' },
  'ttl_unit?': TEXT,
})

/** What was redeemed, as it is now; what is left of it when it was deleted. */
const ofLost = (name: string, lost: string): BodySchema => ({
  anyOf: [ref(name), ref(lost), { type: 'null' }],
})

const REDEEMABLE = oneOf('voucher', 'promotion_tier', 'promotion_stack')

const SINGLE = {
  valid: FLAG,
  'code?': orNull(TEXT),
  'id?': TEXT,
  'name?': orNull(TEXT),
  'banner?': orNull(TEXT),
  metadata: OPEN,
  'tracking_id?': TEXT,
  'session?': SESSION,
  ...EXPLAIN,
  'reason?': TEXT,
  'error?': ref('Error'),
  ...partly({ discount: ref('Discount'), bundle: OPEN, gift: OPEN, loyalty_card: OPEN }),
  'order?': ref('PricedOrder'),
  ...LISTS,
  'campaign?': orNull(TEXT),
  'campaign_id?': orNull(TEXT),
  'start_date?': orNull(TIME),
  'expiration_date?': orNull(TIME),
}

const QUALIFIED = {
  id: TEXT,
  object: oneOf('voucher', 'promotion_tier', 'promotion_stack', 'campaign'),
  created_at: TIME,
  ...LISTS,
  'result?': RESULT,
  'order?': ref('PricedOrder'),
  'name?': orNull(TEXT),
  'banner?': orNull(TEXT),
  'campaign_id?': TEXT,
  'campaign_name?': TEXT,
  'redeemables?': listOf(OPEN),
  'categories?': listOf(ref('Category')),
  'metadata?': OPEN,
  'validation_rules_assignments?': embeddedList('data', ref('RuleAssignment')),
  ...EXPLAIN,
}

const REDEMPTION = {
  id: TEXT,
  object: oneOf('redemption', 'redemption_rollback'),
  date: TIME,
  customer_id: orNull(TEXT),
  tracking_id: orNull(TEXT),
  metadata: OPEN,
  'amount?': AMOUNT,
  'redemption?': orNull(TEXT),
  'reason?': orNull(TEXT),
  result: oneOf('SUCCESS', 'FAILURE'),
  status: TEXT,
  'failure_code?': TEXT,
  'failure_message?': orNull(TEXT),
  order: orNull(ref('SimpleOrder')),
  channel: shape({ channel_id: orNull(TEXT), channel_type: TEXT }),
  customer: PERSON,
  related_object_type: oneOf('voucher', 'promotion_tier', 'redemption'),
  related_object_id: orNull(TEXT),
  'related_object_parent_id?': TEXT,
  'promotion_tier?': ofLost('PromotionTier', 'LostTier'),
  'reward?': ref('GivenReward'),
  'gift?': shape({ amount: AMOUNT }),
  'loyalty_card?': shape({ points: AMOUNT }),
  'related_redemptions?': OPEN,
  ...EXPLAIN,
}

export const REDEMPTION_VIEWS: Readonly<Record<string, BodySchema>> = {
  Order: shape({
    ...STORED_ORDER,
    customer: PERSON,
    referrer: PERSON,
    redemptions: OPEN,
  }),
  SimpleOrder: shape(STORED_ORDER),
  /** The order of an answer that stores none. */
  PricedOrder: shape({
    'id?': TEXT,
    'source_id?': TEXT,
    ...CONTENT,
    'metadata?': OPEN,
    'customer?': PERSON,
    'referrer?': PERSON,
    ...PEOPLE,
    object: is('order'),
  }),
  OrderItem: shape({
    object: is('order_item'),
    ...partly({
      id: TEXT,
      source_id: TEXT,
      related_object: oneOf('product', 'sku'),
      product_id: TEXT,
      sku_id: TEXT,
    }),
    quantity: COUNT,
    ...partly({
      initial_quantity: COUNT,
      discount_quantity: COUNT,
      applied_quantity: COUNT,
      applied_quantity_amount: AMOUNT,
      applied_discount_quantity: COUNT,
      price: AMOUNT,
      amount: AMOUNT,
      initial_amount: AMOUNT,
      discount_amount: AMOUNT,
      applied_discount_amount: AMOUNT,
      subtotal_amount: AMOUNT,
      product: OPEN,
      sku: OPEN,
      metadata: OPEN,
    }),
  }),
  Explanation: shape({
    what: TEXT,
    passed: FLAG,
    'expected?': ANYTHING,
    'actual?': ANYTHING,
    'message?': TEXT,
    'parts?': listOf(ref('Explanation')),
  }),
  ValidatedRedeemable: shape({
    status: oneOf('APPLICABLE', 'INAPPLICABLE', 'SKIPPED'),
    id: TEXT,
    object: REDEEMABLE,
    'order?': ref('PricedOrder'),
    ...LISTS,
    result: RESULT,
    'metadata?': OPEN,
    'campaign_name?': TEXT,
    'campaign_id?': TEXT,
    'name?': orNull(TEXT),
    'redemption?': OPEN,
    'categories?': listOf(ref('Category')),
  }),
  Validation: shape({
    id: TEXT,
    valid: FLAG,
    redeemables: listOf(ref('ValidatedRedeemable')),
    'skipped_redeemables?': listOf(ref('ValidatedRedeemable')),
    'inapplicable_redeemables?': listOf(ref('ValidatedRedeemable')),
    'order?': ref('PricedOrder'),
    'tracking_id?': TEXT,
    'session?': SESSION,
    ...EXPLAIN,
    stacking_rules: ref('StackingRules'),
  }),
  SingleValidation: shape(SINGLE),
  Qualification: shape({
    redeemables: shape({
      object: is('list'),
      data_ref: is('data'),
      data: listOf(shape(QUALIFIED)),
      total: COUNT,
      has_more: FLAG,
      'more_starting_after?': TIME,
    }),
    'tracking_id?': TEXT,
    'order?': ref('PricedOrder'),
    stacking_rules: ref('StackingRules'),
  }),
  ValidatedPromotions: shape({
    valid: FLAG,
    'tracking_id?': TEXT,
    promotions: listOf(
      shape({
        valid: FLAG,
        ...QUALIFIED,
        ...partly({ discount: ref('Discount'), bundle: OPEN }),
        discount_amount: AMOUNT,
        hierarchy: orNull(COUNT),
        metadata: OPEN,
      }),
    ),
  }),
  /** A redemption or a rollback. */
  Redemption: shape({
    ...REDEMPTION,
    'voucher?': ofLost('SimpleVoucher', 'LostVoucher'),
  }),
  /** What a member redeemed for a reward, with the loyalty card in full. */
  MemberRedemption: shape({ ...REDEMPTION, voucher: ref('HeldVoucher') }),
  /** What a redemption still knows of a voucher, or a tier, that was deleted. */
  LostVoucher: shape({ id: TEXT, code: orNull(TEXT), object: is('voucher') }),
  LostTier: shape({ id: TEXT, object: is('promotion_tier') }),
  Redemptions: shape({
    redemptions: listOf(ref('Redemption')),
    'parent_redemption?': ref('Redemption'),
    order: orNull(ref('Order')),
    inapplicable_redeemables: listOf(ref('ValidatedRedeemable')),
    skipped_redeemables: listOf(ref('ValidatedRedeemable')),
    ...EXPLAIN,
  }),
  Rollbacks: shape({
    rollbacks: listOf(ref('Redemption')),
    'parent_rollback?': ref('Redemption'),
    'order?': orNull(ref('Order')),
  }),
}
