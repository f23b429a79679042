import type { BodySchema } from '../../api/index.ts'
import { AMOUNT, is, listOf, OPEN, oneOf, orNull, ref, shape, TEXT, TIME, TIMES } from './schema.ts'
import { MEMBER } from './vouchers.ts'

const OF_CARD = shape({ type: is('voucher'), id: TEXT })
const BY_WHOM = oneOf('MANUAL', 'AUTOMATIC')

/** Loyalty programs: cards, and what is on them. */
export const LOYALTY_VIEWS: Readonly<Record<string, BodySchema>> = {
  LoyaltyMember: shape(MEMBER),
  TransferDestination: shape({ ...MEMBER, categories: listOf(ref('Category')) }),
  PointsBalance: shape({
    points: AMOUNT,
    total: AMOUNT,
    balance: AMOUNT,
    type: is('loyalty_card'),
    object: is('balance'),
    related_object: OF_CARD,
    operation_type: BY_WHOM,
  }),
  PendingPointsBalance: shape({
    points: AMOUNT,
    total: AMOUNT,
    object: is('balance'),
    related_object: OF_CARD,
    operation_type: BY_WHOM,
  }),
  PendingPoints: shape({
    id: TEXT,
    voucher_id: TEXT,
    campaign_id: TEXT,
    customer_id: TEXT,
    order_id: orNull(TEXT),
    points: AMOUNT,
    activates_at: { type: 'string', format: 'date' },
    details: OPEN,
    ...TIMES,
  }),
  PointsBucket: shape({
    id: TEXT,
    voucher_id: TEXT,
    campaign_id: orNull(TEXT),
    bucket: shape({ total_points: AMOUNT }),
    status: oneOf('ACTIVE', 'EXPIRED'),
    'expires_at?': { type: 'string', format: 'date' },
    created_at: TIME,
    updated_at: orNull(TIME),
    object: is('loyalty_points_bucket'),
  }),
}
