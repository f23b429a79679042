import { ApiError } from '../../kernel/api-error.ts'
import { isPlainObject } from '../../kernel/json.ts'
import { type Money, money } from '../../kernel/money.ts'
import { LIMITS } from '../../platform/limits.ts'
import { type BodySchema, compileBodyCheck } from '../api/index.ts'
import { CUSTOMER_SCHEMA, type CustomerInput, toCustomerInput } from '../customers/index.ts'
import { ORDER_SCHEMA, type OrderInput } from '../orders/index.ts'
import {
  SESSION_SCHEMA,
  type SessionBody,
  type SessionInput,
  toSessionInput,
} from '../sessions/index.ts'
import type { StackingRules } from '../stacking-rules/index.ts'
import type { Metadata } from './circumstances.ts'
import type { Asked } from './redeemable.ts'

export const EXPANDABLE = ['order', 'redeemable', 'redemption', 'category'] as const
export type Expandable = (typeof EXPANDABLE)[number]

/** What a validation or redemption asks for, the same for the stacked and the single endpoints. */
export type RedeemInput = {
  redeemables: Asked[]
  customer: CustomerInput | undefined
  /** Who referred the customer to the order. */
  referrer: CustomerInput | undefined
  order: OrderInput | undefined
  metadata: Metadata
  trackingId: string | undefined
  session: SessionInput | undefined
  expand: ReadonlySet<string>
}

type Gift = { credits?: number | null } | null
type Reward = {
  id?: string | null
  assignment_id?: string | null
  points?: number | null
} | null
type CommonBody = {
  customer?: CustomerInput | string | null
  order?: OrderInput | null
  metadata?: Metadata | null
  tracking_id?: string | null
  session?: SessionBody
  options?: { expand?: string[] | null } | null
}
type StackBody = CommonBody & {
  redeemables: { object: Asked['object']; id: string; gift?: Gift; reward?: Reward }[]
}
type SingleBody = CommonBody & { gift?: Gift; reward?: Reward }

const COUNT = { type: ['integer', 'null'], minimum: 0, maximum: Number.MAX_SAFE_INTEGER }
const TEXT = { type: ['string', 'null'] }
const GIFT: BodySchema = { type: ['object', 'null'], properties: { credits: COUNT } }
const REWARD: BodySchema = {
  type: ['object', 'null'],
  properties: { id: TEXT, assignment_id: TEXT, points: COUNT },
}
const COMMON = {
  customer: CUSTOMER_SCHEMA,
  order: ORDER_SCHEMA,
  metadata: { type: ['object', 'null'] },
  tracking_id: TEXT,
  session: SESSION_SCHEMA,
  options: {
    type: ['object', 'null'],
    properties: {
      expand: { type: ['array', 'null'], items: { type: 'string', enum: EXPANDABLE } },
    },
  },
}

/** Older clients name gift cards and loyalty cards by kinds of their own; they are vouchers all the same. */
const OBJECTS: Readonly<Record<string, Asked['object']>> = {
  voucher: 'voucher',
  gift_card: 'voucher',
  loyalty_card: 'voucher',
  promotion_tier: 'promotion_tier',
  promotion_stack: 'promotion_stack',
}

export const STACK_BODY = {
  type: 'object',
  required: ['redeemables'],
  properties: {
    ...COMMON,
    redeemables: {
      type: 'array',
      minItems: 1,
      maxItems: LIMITS.redeemablesPerRequestMax,
      items: {
        type: 'object',
        required: ['object', 'id'],
        properties: {
          object: { type: 'string', enum: Object.keys(OBJECTS) },
          id: { type: 'string', minLength: 1 },
          gift: GIFT,
          reward: REWARD,
        },
      },
    },
  },
}

const checkStack = compileBodyCheck<StackBody>(STACK_BODY)
export const SINGLE_BODY = {
  type: 'object',
  properties: { ...COMMON, gift: GIFT, reward: REWARD },
}

const checkSingle = compileBodyCheck<SingleBody>(SINGLE_BODY)

/**
 * Reads the body of `POST /v1/validations` and `/v1/redemptions` (§16.1). Throws `invalid_payload`,
 * `duplicated_redeemables` or `invalid_redeemables` (R-VAL-01, R-PROMO-02).
 */
export function readStackBody(body: unknown): RedeemInput {
  const checked = checkStack(body)
  const redeemables = checked.redeemables.map(({ object, id, gift, reward }) => ({
    ...toAsked(gift, reward),
    object: OBJECTS[object] ?? 'voucher',
    id,
  }))
  if (redeemables.length > 1 && redeemables.some(({ object }) => object === 'promotion_stack')) {
    throw new ApiError('invalid_redeemables', {
      details: 'Promotion Stack cannot be use with other redeemables',
    })
  }
  const names = redeemables.map(({ object, id }) => `${object} ${id}`)
  if (new Set(names).size < names.length) throw duplicatedRedeemables()
  return { ...readCommon(checked), redeemables }
}

/**
 * Reads the body of the older endpoints of one voucher or tier (§21). Clients send a bare string there,
 * which is a tracking id, or nothing (trap 4).
 */
export function readSingleBody(
  named: Pick<Asked, 'object' | 'id'>,
  body: unknown,
  query: unknown,
): RedeemInput {
  const checked = checkSingle(isPlainObject(body) ? body : {})
  const fromQuery = isPlainObject(query) ? query['tracking_id'] : undefined
  const fromBody = typeof body === 'string' && body !== '' ? body : undefined
  const common = readCommon(checked)
  return {
    ...common,
    trackingId: common.trackingId ?? fromBody ?? (fromQuery ? String(fromQuery) : undefined),
    redeemables: [{ ...named, ...toAsked(checked.gift, checked.reward) }],
  }
}

/** The refusal of a request that names one thing twice. */
export const duplicatedRedeemables = (): ApiError =>
  new ApiError('duplicated_redeemables', {
    details: 'Duplicated redeemables detected in one redemption',
  })

const readCommon = (body: CommonBody): Omit<RedeemInput, 'redeemables'> => ({
  customer: toPerson(body, 'customer'),
  referrer: toPerson(body, 'referrer'),
  order: body.order ?? undefined,
  metadata: body.metadata ?? {},
  trackingId: body.tracking_id || undefined,
  session: toSessionInput(body.session),
  expand: new Set(body.options?.expand),
})

/** The refusal of a request with more redeemables than the project allows (R-VAL-02). */
export const findTooMany = (
  asked: readonly Asked[],
  { redeemablesLimit }: Pick<StackingRules, 'redeemablesLimit'>,
): ApiError | undefined =>
  asked.length <= redeemablesLimit
    ? undefined
    : new ApiError('invalid_payload', {
        details: `Property .redeemables must NOT have more than ${redeemablesLimit} items`,
      })

/** The customer of the request, else of its order; the referrer is of the order alone. */
function toPerson(
  { customer, order }: CommonBody,
  role: 'customer' | 'referrer',
): CustomerInput | undefined {
  const own = role === 'customer' ? toCustomerInput(customer) : undefined
  const id = order?.[`${role}_id`]
  return own ?? toCustomerInput(order?.[role] as CustomerInput | null) ?? (id ? { id } : undefined)
}

const toAsked = (
  gift: Gift | undefined,
  reward: Reward | undefined,
): Pick<Asked, 'credits' | 'reward'> => ({
  credits: toCredits(gift),
  reward: reward
    ? {
        id: reward.id ?? undefined,
        assignmentId: reward.assignment_id ?? undefined,
        points: reward.points ?? undefined,
      }
    : undefined,
})

const toCredits = (gift: Gift | undefined): Money | undefined =>
  gift?.credits === undefined || gift.credits === null ? undefined : money(gift.credits)
