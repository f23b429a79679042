import { ApiError, unsupported } from '../../kernel/api-error.ts'
import { isPlainObject } from '../../kernel/json.ts'
import { type Money, money } from '../../kernel/money.ts'
import { LIMITS } from '../../platform/limits.ts'
import { type BodySchema, compileBodyCheck } from '../api/index.ts'
import { CUSTOMER_SCHEMA, type CustomerInput, toCustomerInput } from '../customers/index.ts'
import { ORDER_SCHEMA, type OrderInput, refuseUnsupportedOrder } from '../orders/index.ts'

type Metadata = NonNullable<OrderInput['metadata']>

/** What a validation or redemption asks for, the same for the stacked and the single endpoints. */
export type RedeemInput = {
  redeemables: { id: string; credits: Money | undefined }[]
  customer: CustomerInput | undefined
  order: OrderInput | undefined
  metadata: Metadata
  trackingId: string | undefined
}

type Gift = { credits?: number | null } | null
type CommonBody = {
  customer?: CustomerInput | string | null
  order?: OrderInput | null
  metadata?: Metadata | null
  tracking_id?: string | null
}
type StackBody = CommonBody & {
  redeemables: { object: string; id: string; gift?: Gift }[]
}
type SingleBody = CommonBody & { gift?: Gift }

const GIFT: BodySchema = {
  type: ['object', 'null'],
  properties: {
    credits: { type: ['integer', 'null'], minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
  },
}
const COMMON = {
  customer: CUSTOMER_SCHEMA,
  order: ORDER_SCHEMA,
  metadata: { type: ['object', 'null'] },
  tracking_id: { type: ['string', 'null'] },
}

const checkStack = compileBodyCheck<StackBody>({
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
          object: { type: 'string' },
          id: { type: 'string', minLength: 1 },
          gift: GIFT,
        },
      },
    },
  },
})
const checkSingle = compileBodyCheck<SingleBody>({
  type: 'object',
  properties: { ...COMMON, gift: GIFT },
})

/**
 * Reads the body of `POST /v1/validations` and `/v1/redemptions` (§16.1). Throws `invalid_payload`,
 * `duplicated_redeemables`, or `not_implemented` naming the field that this engine cannot honour.
 */
export function readStackBody(body: unknown): RedeemInput {
  const checked = checkStack(body)
  refuseUnsupported(checked, 'stack')
  for (const [index, { object }] of checked.redeemables.entries()) refuseObject(object, index)
  const ids = checked.redeemables.map(({ id }) => id)
  if (new Set(ids).size < ids.length) throw duplicatedRedeemables()
  return {
    ...readCommon(checked),
    redeemables: checked.redeemables.map(({ id, gift }) => ({ id, credits: toCredits(gift) })),
  }
}

/**
 * Reads the body of the older endpoints of one voucher (§21). Clients send a bare string there, which
 * is a tracking id, or nothing (trap 4).
 */
export function readSingleBody(code: string, body: unknown, query: unknown): RedeemInput {
  const checked = checkSingle(isPlainObject(body) ? body : {})
  refuseUnsupported(checked, 'single')
  const fromQuery = isPlainObject(query) ? query['tracking_id'] : undefined
  const fromBody = typeof body === 'string' && body !== '' ? body : undefined
  const common = readCommon(checked)
  return {
    ...common,
    trackingId: common.trackingId ?? fromBody ?? (fromQuery ? String(fromQuery) : undefined),
    redeemables: [{ id: code, credits: toCredits(checked.gift) }],
  }
}

/** The refusal of a request that names one voucher twice. */
export const duplicatedRedeemables = (): ApiError =>
  new ApiError('duplicated_redeemables', {
    details: 'Duplicated redeemables detected in one redemption',
  })

const readCommon = (body: CommonBody): Omit<RedeemInput, 'redeemables'> => ({
  customer: toCustomerInput(body.customer ?? (body.order?.customer as CustomerInput | null)),
  order: body.order ?? undefined,
  metadata: body.metadata ?? {},
  trackingId: body.tracking_id || undefined,
})

const toCredits = (gift: Gift | undefined): Money | undefined =>
  gift?.credits === undefined || gift.credits === null ? undefined : money(gift.credits)

/** Older clients name gift cards by a kind of their own; they are vouchers all the same. */
const VOUCHER_OBJECTS: readonly string[] = ['voucher', 'gift_card']
const OTHER_OBJECTS: readonly string[] = ['promotion_tier', 'promotion_stack', 'loyalty_card']

function refuseObject(object: string, index: number): void {
  if (VOUCHER_OBJECTS.includes(object)) return
  const property = `Property .redeemables[${index}].object`
  if (OTHER_OBJECTS.includes(object)) {
    throw new ApiError('not_implemented', {
      details: `${property} '${object}' is not supported yet`,
    })
  }
  throw new ApiError('invalid_payload', {
    details: `${property} should be equal to one of the allowed values: ${['voucher', ...OTHER_OBJECTS].join(', ')}`,
  })
}

function refuseUnsupported(body: object, kind: 'stack' | 'single'): void {
  const fields = body as Record<string, unknown>
  if (fields['session']) throw unsupported('.session')
  if (kind === 'single' && fields['reward']) throw unsupported('.reward')
  if (kind === 'stack') {
    for (const [index, redeemable] of (fields['redeemables'] as object[]).entries()) {
      if ('reward' in redeemable && redeemable.reward) {
        throw unsupported(`.redeemables[${index}].reward`)
      }
    }
  }
  refuseUnsupportedOrder(fields['order'])
}
