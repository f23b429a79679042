import type { BodySchema } from '../../api/index.ts'
import {
  AMOUNT,
  COUNT,
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

const SUMMARY = shape({
  redemptions: shape({
    total_redeemed: COUNT,
    total_failed: COUNT,
    total_succeeded: COUNT,
    total_rolled_back: COUNT,
    total_rollback_failed: COUNT,
    total_rollback_succeeded: COUNT,
    gift: shape({ redeemed_amount: AMOUNT, amount_to_go: AMOUNT }),
    loyalty_card: shape({ redeemed_points: AMOUNT, points_to_go: AMOUNT }),
  }),
  orders: shape({
    total_amount: AMOUNT,
    total_count: COUNT,
    average_amount: AMOUNT,
    last_order_amount: AMOUNT,
    'last_order_date?': TIME,
  }),
})

const ADDRESS = shape(
  partly({ city: TEXT, state: TEXT, line_1: TEXT, line_2: TEXT, country: TEXT, postal_code: TEXT }),
)

const WHO = {
  'source_id?': orNull(TEXT),
  'name?': TEXT,
  'description?': TEXT,
  'email?': TEXT,
  'phone?': TEXT,
  'birthdate?': TEXT,
  'birthday?': TEXT,
}

const CUSTOMER = {
  ...WHO,
  address: orNull(ADDRESS),
  summary: SUMMARY,
  loyalty: shape({ points: AMOUNT, referred_customers: COUNT, campaigns: OPEN }),
  referrals: shape({ total: COUNT, campaigns: listOf(OPEN) }),
  metadata: OPEN,
  system_metadata: OPEN,
  ...TIMES,
}

const PERSON = { ...WHO, 'metadata?': OPEN }

const EVENT = {
  object: is('event'),
  type: TEXT,
  customer: ref('SimpleCustomer'),
  referral: orNull(shape({ code: TEXT, 'referrer_id?': orNull(TEXT) })),
  loyalty: orNull(shape({ code: TEXT })),
}

const HOLDER = {
  id: TEXT,
  created_at: TIME,
  redeemable_id: TEXT,
  redeemable_object: is('voucher'),
  campaign_id: orNull(TEXT),
  campaign_type: orNull(TEXT),
  voucher_type: TEXT,
  customer_id: TEXT,
  holder_role: oneOf('OWNER', 'REFERRER', 'REFEREE'),
  object: is('redeemable_holder'),
}

const ABOUT = { name: TEXT, description: TEXT, created_at: TIME, 'updated_at?': TIME }

/** A list that is always answered whole. */
const wholeListOf = (name: string) =>
  shape({ object: is('list'), data_ref: is('data'), data: listOf(ref(name)), total: COUNT })

const WARNING = shape({ key: TEXT, 'property?': TEXT, message: TEXT })

export const CUSTOMER_VIEWS: Readonly<Record<string, BodySchema>> = {
  Customer: shape({ id: TEXT, ...CUSTOMER, object: is('customer') }),
  SimpleCustomer: shape({ id: TEXT, ...PERSON, object: is('customer') }),
  Segment: shape({
    id: TEXT,
    name: TEXT,
    ...TIMES,
    type: oneOf('static', 'auto-update', 'passive'),
    filter: orNull(OPEN),
    initial_sync_status: oneOf('IN_PROGRESS', 'DONE'),
    object: is('segment'),
  }),
  SegmentActivity: shape({
    id: TEXT,
    type: oneOf(
      'segment.created',
      'segment.updated',
      'segment.activated',
      'segment.filters_updated',
    ),
    group_id: TEXT,
    data: shape({ segment: ref('Segment') }),
    created_at: TIME,
  }),
  Consent: shape({ id: TEXT, ...ABOUT, category: TEXT, object: is('consent') }),
  ConsentGroup: shape({
    id: TEXT,
    ...ABOUT,
    consents: listOf(TEXT),
    object: is('consent_group'),
  }),
  Consents: shape({ groups: wholeListOf('ConsentGroup'), consents: wholeListOf('Consent') }),
  SimpleSegment: shape({ id: TEXT, name: TEXT, object: is('segment') }),
  CustomerRedeemable: shape({
    ...HOLDER,
    redeemable: shape({
      type: is('voucher'),
      voucher: ref('Voucher'),
      status: oneOf('ACTIVE', 'USED', 'DISABLED', 'NOT_ACTIVE_YET', 'EXPIRED', 'NO_BALANCE'),
    }),
  }),
  PermanentDeletion: shape({
    id: TEXT,
    created_at: TIME,
    related_object_id: TEXT,
    related_object: is('customer'),
    status: is('DONE'),
    data_json: shape({
      events: COUNT,
      customer_events: COUNT,
      daily_events: COUNT,
      segments: COUNT,
      orders: COUNT,
      order_events: COUNT,
      customer: COUNT,
    }),
    object: is('pernament_deletion'),
  }),
  Activity: shape({ id: TEXT, type: TEXT, data: OPEN, created_at: TIME, group_id: orNull(TEXT) }),
  CustomEvent: shape(EVENT),
  /** The customer, or the event. */
  SegmentAnswer: shape({
    ...partly({ id: TEXT, ...CUSTOMER, ...EVENT }),
    object: oneOf('customer', 'event'),
    'loyalty?': orNull(OPEN),
    'warnings?': listOf(ref('Warning')),
  }),
  /** What was left out, and why (D-04, D-07). */
  Warning: WARNING,
  Publication: shape({
    id: TEXT,
    object: is('publication'),
    created_at: TIME,
    customer_id: TEXT,
    tracking_id: orNull(TEXT),
    metadata: OPEN,
    channel: TEXT,
    source_id: orNull(TEXT),
    result: oneOf('SUCCESS', 'FAILURE'),
    'failure_code?': TEXT,
    'failure_message?': orNull(TEXT),
    customer: shape({ id: TEXT, ...partly(CUSTOMER), object: is('customer') }),
    'voucher?': orNull(ref('PublishedVoucher')),
    'vouchers?': listOf(orNull(TEXT)),
    vouchers_id: listOf(TEXT),
  }),
  AccessToken: shape({
    access_token: TEXT,
    client_id: TEXT,
    expires_at: COUNT,
    expires_in: COUNT,
    scope: TEXT,
    token_type: is('Bearer'),
  }),
  Introspection: shape({
    active: FLAG,
    ...partly({
      access_token: TEXT,
      client_id: TEXT,
      expires_at: COUNT,
      expires_in: COUNT,
      scope: TEXT,
      token_type: is('Bearer'),
    }),
  }),
}
