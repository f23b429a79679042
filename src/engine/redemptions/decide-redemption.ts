import { API_ERRORS } from '../../kernel/api-error.ts'
import type { Explain } from '../../kernel/explain.ts'
import { type Money, money, ZERO } from '../../kernel/money.ts'
import { toIso } from '../../kernel/time.ts'
import type { Call } from '../context.ts'
import {
  type Applied,
  type Circumstances,
  campaignIdOf,
  decideValidation,
  explainValidation,
  type Redeemable,
  type Refused,
  type Target,
  targetIdOf,
  type ValidationDecision,
} from '../evaluation/index.ts'
import {
  type Order,
  type OrderRedemption,
  type PricedOrder,
  toSimpleOrder,
  withLineIds,
} from '../orders/index.ts'
import { isOfUnits } from '../usage/index.ts'
import type { Redemption, RedemptionIdKind } from './redemption.ts'

/** A redemption request with everything it refers to, as loaded and as changed by its predecessors. */
export type RedeemCommand = {
  call: Call
  redeemables: readonly Redeemable[]
  /** What the request says about the order, on top of `storedOrder`. */
  order: PricedOrder | undefined
  storedOrder: Order | undefined
  customerId: string | null
  trackingId: string | null
  circumstances: Circumstances
  /** Whether the answer is to say why. */
  isExplained: boolean
}

/** Makes ids; the only thing a decision cannot work out. */
export type NewId = (kind: RedemptionIdKind | 'order' | 'orderLine') => string

/** One redeemable of a granted request: what was redeemed, as it is now, and what it spent. */
export type RedeemedPart = {
  redemption: Redemption
  target: Target
  credits: Money
  points: number
  applied: Applied
}

export type Granted = {
  kind: 'granted'
  parts: RedeemedPart[]
  /** The head of the stack when more than one thing was redeemed (§18.1). */
  parent: Redemption | undefined
  order: Order | undefined
  /** The order as it was stored before; undefined for one that this request made. */
  orderBefore: Order | undefined
  validation: ValidationDecision
  explain?: Explain
}
/** Refused, but recorded (R-RED-04): `target` is the one at fault, if it exists. */
export type Denied = {
  kind: 'denied'
  redemption: Redemption
  target: Target | undefined
  /** What was refused; undefined when nothing was applicable. */
  refused: Refused | undefined
  validation: ValidationDecision
  explain?: Explain
}
export type RedemptionDecision = Granted | Denied

/**
 * Decides one request: all its applicable redeemables are redeemed together, or nothing is and the
 * refusal goes on record (R-RED-01, R-RED-04, R-CONC-04).
 */
export function decideRedemption(command: RedeemCommand, newId: NewId): RedemptionDecision {
  const { redeemables, order, circumstances } = command
  const validation = decideValidation(redeemables, order, circumstances)
  const decision = validation.isValid
    ? grant(command, validation, newId)
    : deny(command, validation, newId)
  return command.isExplained
    ? { ...decision, explain: explainValidation(validation, circumstances) }
    : decision
}

function grant(command: RedeemCommand, validation: ValidationDecision, newId: NewId): Granted {
  const { applied } = validation
  const ids = applied.map(() => newId('redemption'))
  const isStack =
    applied.length > 1 || applied.some(({ redeemable }) => redeemable.stackId !== undefined)
  const parentId = isStack ? newId('redemption') : undefined
  const entry = toOrderEntry(command, applied, ids, parentId)
  const order = validation.order && toRedeemedOrder(command, validation.order, entry, newId)

  const parts = applied.map((outcome, index): RedeemedPart => {
    const { credits, points } = spentBy(outcome)
    const { target } = outcome
    const redemption: Redemption = {
      ...toSuccess(command, ids[index] ?? newId('redemption')),
      ...toRelated(target),
      parentId: parentId ?? null,
      amount: target.voucher?.gift ? credits : null,
      points: target.voucher?.loyaltyCard ? points : null,
      discount: outcome.applied,
      usage: toRecordedUsage(outcome),
      orderId: order?.id ?? null,
      orderSnapshot: order && outcome.order ? toSnapshot(order, outcome.order) : null,
    }
    return { redemption, target: redeem(outcome, order), credits, points, applied: outcome }
  })
  const parent = parentId && {
    ...toSuccess(command, parentId),
    isParent: true,
    orderId: order?.id ?? null,
    orderSnapshot: order ? toSimpleOrder(order) : null,
  }
  const { storedOrder: orderBefore } = command
  return { kind: 'granted', parts, parent: parent || undefined, order, orderBefore, validation }
}

/** The stored order as it stood after one of several redeemables (R-DISC-03). */
const toSnapshot = (order: Order, { cart }: PricedOrder) =>
  toSimpleOrder(cart === order.cart ? order : { ...order, cart })

function spentBy({ effect }: Applied): { credits: Money; points: number } {
  return {
    credits: effect.kind === 'gift' ? effect.credits : ZERO,
    points: effect.kind === 'points' ? effect.points : 0,
  }
}

function toRecordedUsage({ usage }: Applied): Redemption['usage'] {
  const units = usage.filter(({ key }) => isOfUnits(key))
  return units.length === 0 ? null : units.map(({ key, delta }) => ({ ...key, delta }))
}

/** What was redeemed with one use more, and what it spent gone (R-RED-01). */
function redeem(outcome: Applied, order: Order | undefined): Target {
  const { target, applied } = outcome
  const { credits, points } = spentBy(outcome)
  if (target.object === 'promotion_tier') {
    const { tier } = target
    return {
      ...target,
      tier: {
        ...tier,
        redeemedQuantity: tier.redeemedQuantity + 1,
        ordersAmount: money(tier.ordersAmount + (order?.cart.amount ?? 0)),
        ordersDiscount: money(tier.ordersDiscount + applied),
      },
    }
  }
  const { voucher } = target
  const redeemedQuantity = voucher.redeemedQuantity + 1
  if (voucher.gift) {
    const redeemedAmount = money(voucher.gift.redeemedAmount + credits)
    return {
      ...target,
      voucher: { ...voucher, redeemedQuantity, gift: { ...voucher.gift, redeemedAmount } },
    }
  }
  if (voucher.loyaltyCard) {
    const redeemedPoints = voucher.loyaltyCard.redeemedPoints + points
    const loyaltyCard = { ...voucher.loyaltyCard, redeemedPoints }
    return { ...target, voucher: { ...voucher, redeemedQuantity, loyaltyCard } }
  }
  return { ...target, voucher: { ...voucher, redeemedQuantity } }
}

/** R-RED-03: a redemption pays for its order. */
function toRedeemedOrder(
  { call, storedOrder, customerId }: RedeemCommand,
  order: PricedOrder,
  entry: Record<string, OrderRedemption>,
  newId: NewId,
): Order {
  return withLineIds(
    {
      ...order,
      id: order.id ?? newId('order'),
      projectId: call.projectId,
      customerId: customerId ?? order.customerId,
      status: 'PAID',
      redemptions: storedOrder ? { ...storedOrder.redemptions, ...entry } : entry,
      createdAt: storedOrder?.createdAt ?? call.now,
      updatedAt: storedOrder ? call.now : null,
    },
    () => newId('orderLine'),
  )
}

/** R-RED-02: what the order remembers, by the id of the redemption or of the head of the stack. */
function toOrderEntry(
  { call }: RedeemCommand,
  applied: readonly Applied[],
  ids: readonly string[],
  parentId: string | undefined,
): Record<string, OrderRedemption> {
  const date = toIso(call.now)
  if (parentId !== undefined) {
    const stacked = [...ids]
    return {
      [parentId]: {
        date,
        related_object_type: 'redemption',
        related_object_id: parentId,
        stacked,
      },
    }
  }
  return Object.fromEntries(
    applied.map(({ target }, index) => {
      const campaignId = campaignIdOf(target)
      const entry: OrderRedemption = {
        date,
        related_object_type: target.object,
        related_object_id: targetIdOf(target),
        ...(campaignId !== null && { related_object_parent_id: campaignId }),
      }
      return [ids[index], entry]
    }),
  )
}

function deny(command: RedeemCommand, validation: ValidationDecision, newId: NewId): Denied {
  const { redeemables, circumstances } = command
  const refused = validation.outcomes.find((outcome) => outcome.status === 'INAPPLICABLE')
  // With several redeemables in PARTIAL mode no single one is to blame.
  const isBlamed =
    circumstances.stackingRules.redeemablesApplicationMode === 'ALL' || redeemables.length === 1
  const culprit = isBlamed ? refused : undefined
  const key = culprit?.refusal.key ?? 'no_applicable_redeemables'
  const target = culprit?.redeemable.target
  return {
    kind: 'denied',
    redemption: {
      ...toSuccess(command, newId('failedRedemption')),
      ...(target && toRelated(target)),
      result: 'FAILURE',
      status: 'FAILED',
      ...(culprit && !target && { voucherCode: culprit.redeemable.id }),
      failureCode: key,
      failureMessage: culprit?.refusal.message ?? API_ERRORS[key].message,
    },
    target,
    refused: culprit,
    validation,
  }
}

/** What a redemption is of. */
const toRelated = (
  target: Target,
): Pick<Redemption, 'voucherId' | 'voucherCode' | 'promotionTierId' | 'campaignId'> => ({
  voucherId: target.voucher?.id ?? null,
  voucherCode: target.voucher?.code ?? null,
  promotionTierId: target.tier?.id ?? null,
  campaignId: campaignIdOf(target),
})

const toSuccess = (command: RedeemCommand, id: string): Redemption => ({
  id,
  projectId: command.call.projectId,
  object: 'redemption',
  result: 'SUCCESS',
  status: 'SUCCEEDED',
  parentId: null,
  isParent: false,
  redemptionId: null,
  customerId: command.customerId,
  voucherId: null,
  voucherCode: null,
  promotionTierId: null,
  campaignId: null,
  orderId: null,
  trackingId: command.trackingId,
  amount: null,
  points: null,
  discount: null,
  usage: null,
  failureCode: null,
  failureMessage: null,
  reason: null,
  metadata: command.circumstances.metadata,
  orderSnapshot: null,
  appId: command.call.appId,
  createdAt: command.call.now,
})
