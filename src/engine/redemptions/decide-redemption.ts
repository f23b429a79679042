import { API_ERRORS } from '../../kernel/api-error.ts'
import { type Money, money, ZERO } from '../../kernel/money.ts'
import { toIso } from '../../kernel/time.ts'
import type { Call } from '../context.ts'
import {
  type Order,
  type OrderRedemption,
  type PricedOrder,
  toSimpleOrder,
} from '../orders/index.ts'
import {
  type Applied,
  decideValidation,
  type Redeemable,
  type Refused,
  type StackingRules,
  type ValidationDecision,
} from '../validations/index.ts'
import type { Voucher } from '../vouchers/index.ts'
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
  metadata: Redemption['metadata']
  rules: StackingRules
}

/** Makes ids; the only thing a decision cannot work out. */
export type NewId = (kind: RedemptionIdKind | 'order') => string

/** One voucher of a granted request: what it was before, what it is now. */
export type RedeemedPart = { redemption: Redemption; voucher: Voucher; spent: Money | undefined }

export type Granted = {
  kind: 'granted'
  parts: RedeemedPart[]
  /** The head of the stack when more than one voucher was redeemed. */
  parent: Redemption | undefined
  order: Order | undefined
  validation: ValidationDecision
}
/** Refused, but recorded (R-RED-04): `voucher` is the one at fault, if it exists. */
export type Denied = {
  kind: 'denied'
  redemption: Redemption
  voucher: Voucher | undefined
  /** What was refused; undefined when nothing was applicable. */
  refused: Refused | undefined
  validation: ValidationDecision
}
export type RedemptionDecision = Granted | Denied

/**
 * Decides one request: all its applicable redeemables are redeemed together, or nothing is and the
 * refusal goes on record (R-RED-01, R-RED-04, R-CONC-04).
 */
export function decideRedemption(command: RedeemCommand, newId: NewId): RedemptionDecision {
  const { redeemables, order, rules, call } = command
  const validation = decideValidation(redeemables, order, rules, call.now)
  return validation.isValid ? grant(command, validation, newId) : deny(command, validation, newId)
}

function grant(command: RedeemCommand, validation: ValidationDecision, newId: NewId): Granted {
  const applied = validation.outcomes.filter((outcome) => outcome.status === 'APPLICABLE')
  const ids = applied.map(() => newId('redemption'))
  const parentId = applied.length > 1 ? newId('redemption') : undefined
  const order = validation.order
    ? toRedeemedOrder(command, validation.order, {
        id: validation.order.id ?? newId('order'),
        redemption: toOrderEntry(command, applied, ids, parentId),
      })
    : undefined

  const parts = applied.map((outcome, index): RedeemedPart => {
    const voucher = redeem(outcome)
    const redemption: Redemption = {
      ...toSuccess(command, ids[index] ?? newId('redemption')),
      parentId: parentId ?? null,
      voucherId: voucher.id,
      voucherCode: voucher.code,
      amount: outcome.credits ?? null,
      orderId: order?.id ?? null,
      orderSnapshot: order
        ? toSimpleOrder({ ...order, discountAmount: outcome.discountAmount }, outcome.applied)
        : null,
    }
    return { redemption, voucher, spent: outcome.credits }
  })
  const parent = parentId && {
    ...toSuccess(command, parentId),
    isParent: true,
    orderId: order?.id ?? null,
    orderSnapshot: order ? toSimpleOrder(order, validation.applied) : null,
  }
  return { kind: 'granted', parts, parent: parent || undefined, order, validation }
}

/** The voucher with one use more, and the credits gone. */
function redeem({ voucher, credits = ZERO }: Applied): Voucher {
  const redeemedQuantity = voucher.redeemedQuantity + 1
  if (voucher.gift === null) return { ...voucher, redeemedQuantity }
  const redeemedAmount = money(voucher.gift.redeemedAmount + credits)
  return { ...voucher, redeemedQuantity, gift: { ...voucher.gift, redeemedAmount } }
}

/** R-RED-03: a redemption pays for its order. */
function toRedeemedOrder(
  { call, storedOrder, customerId }: RedeemCommand,
  order: PricedOrder,
  { id, redemption }: { id: string; redemption: Record<string, OrderRedemption> },
): Order {
  return {
    ...order,
    id,
    projectId: call.projectId,
    customerId: customerId ?? order.customerId,
    status: 'PAID',
    amount: order.amount ?? ZERO,
    redemptions: { ...storedOrder?.redemptions, ...redemption },
    createdAt: storedOrder?.createdAt ?? call.now,
    updatedAt: storedOrder ? call.now : null,
  }
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
    return {
      [parentId]: {
        date,
        related_object_type: 'redemption',
        related_object_id: parentId,
        stacked: [...ids],
      },
    }
  }
  return Object.fromEntries(
    applied.map(({ voucher }, index) => [
      ids[index],
      { date, related_object_type: 'voucher', related_object_id: voucher.id },
    ]),
  )
}

function deny(command: RedeemCommand, validation: ValidationDecision, newId: NewId): Denied {
  const refused = validation.outcomes.find((outcome) => outcome.status === 'INAPPLICABLE')
  // With several redeemables in PARTIAL mode no single one is to blame.
  const culprit =
    command.rules.applicationMode === 'ALL' || command.redeemables.length === 1
      ? refused
      : undefined
  const key = culprit?.refusal.key ?? 'no_applicable_redeemables'
  return {
    kind: 'denied',
    redemption: {
      ...toSuccess(command, newId('failedRedemption')),
      result: 'FAILURE',
      status: 'FAILED',
      voucherId: culprit?.redeemable.voucher?.id ?? null,
      voucherCode: culprit ? (culprit.redeemable.voucher?.code ?? culprit.redeemable.id) : null,
      failureCode: key,
      failureMessage: API_ERRORS[key].message,
    },
    voucher: culprit?.redeemable.voucher,
    refused: culprit,
    validation,
  }
}

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
  orderId: null,
  trackingId: command.trackingId,
  amount: null,
  failureCode: null,
  failureMessage: null,
  reason: null,
  metadata: command.metadata,
  orderSnapshot: null,
  appId: command.call.appId,
  createdAt: command.call.now,
})
