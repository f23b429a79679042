import { API_ERRORS, ApiError, type ApiErrorKey, notFound } from '../../kernel/api-error.ts'
import { money } from '../../kernel/money.ts'
import { toIso } from '../../kernel/time.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { Call } from '../context.ts'
import { withoutDiscounts } from '../discounts/index.ts'
import { type Order, type OrderRedemption, toSimpleOrder } from '../orders/index.ts'
import type { NewId } from './decide-redemption.ts'
import type { Redemption } from './redemption.ts'

/** A wish to undo a redemption, with everything it refers to, loaded under lock. */
export type RollbackCommand = {
  call: Call
  /** The redemption named, followed by its parts when it is the head of a stack. */
  family: readonly [Redemption, ...Redemption[]]
  order: Order | undefined
  /** Whether the order is cancelled with it (R-RB-02). */
  orderMode: 'WITH_ORDER' | 'WITHOUT_ORDER'
  /** Whom the caller believes to be the customer; undefined when they did not say. */
  customerId: string | undefined
  /** Ids by which the caller believes to know the order. */
  orderReference: { id: string | null; sourceId: string | null } | undefined
  /** `single` undoes lone redemptions only, `stack` also whole stacks (R-RB-03). */
  endpoint: 'single' | 'stack'
  reason: string | null
  trackingId: string | null
  metadata: Redemption['metadata']
}

export type RolledBack = {
  kind: 'rolled_back'
  /** One for each part (the redemption itself when it is alone), in the order in which they were redeemed. */
  parts: { redemption: Redemption; rollback: Redemption }[]
  parent: { redemption: Redemption; rollback: Redemption } | undefined
  order: Order | undefined
}
/** Refused, but recorded (EV-4). */
export type RollbackDenied = {
  kind: 'denied'
  redemption: Redemption
  rollback: Redemption
  error: ApiError
}
export type RollbackDecision = RolledBack | RollbackDenied

/**
 * Decides a rollback: everything the redemption took is given back, once (R-RB-01, R-RB-04, R-CONC-05).
 * A request that names the wrong thing yields an error and leaves no trace.
 */
export function decideRollback(
  command: RollbackCommand,
  newId: NewId,
): RollbackDecision | ApiError {
  const { family } = command
  const [redemption, ...children] = family
  const error = checkShape(command) ?? checkRelations(command)
  if (error) return error
  if (redemption.status === 'ROLLED_BACK') return deny(command, 'already_rolled_back', newId)

  const parts = redemption.isParent ? children : [redemption]
  const ids = parts.map(() => newId('rollback'))
  const parentId = redemption.isParent ? newId('rollback') : null
  const order = command.order && undoOrder(command.order, command, { redemption, ids, parentId })
  const snapshot = order ? toSimpleOrder(order) : null
  const undo = (
    undone: Redemption,
    id: string,
  ): { redemption: Redemption; rollback: Redemption } => ({
    redemption: { ...undone, status: 'ROLLED_BACK' },
    rollback: {
      ...toRollback(command, undone, id),
      parentId: undone.isParent ? null : parentId,
      amount: undone.amount === null ? null : money(-undone.amount),
      points: undone.points === null ? null : -undone.points,
      orderSnapshot: snapshot,
    },
  })
  return {
    kind: 'rolled_back',
    parts: parts.map((part, index) => undo(part, ids[index] ?? newId('rollback'))),
    parent: parentId === null ? undefined : undo(redemption, parentId),
    order,
  }
}

/** R-RB-03, R-RB-07: what is no redemption, failed, or is only a part of a stack. */
function checkShape({ family, endpoint }: RollbackCommand): ApiError | undefined {
  const [redemption] = family
  if (redemption.object !== 'redemption' || redemption.result !== 'SUCCESS') {
    return notFound('redemption', redemption.id)
  }
  if (redemption.parentId !== null) {
    return new ApiError('invalid_redemption_parent', {
      details: 'You can rollback only a redemption that does not have parent redemption.',
    })
  }
  if (redemption.isParent && endpoint === 'single') {
    return new ApiError('invalid_redemption', {
      details:
        'You can rollback only a single redemption. Use different endpoint for stacked redemption.',
    })
  }
  return undefined
}

/** R-RB-04, R-RB-05: whose and which order it is, and how long ago. */
function checkRelations(command: RollbackCommand): ApiError | undefined {
  const { family, order, customerId, orderReference, call } = command
  const [redemption] = family
  if (customerId !== undefined && customerId !== redemption.customerId) {
    return new ApiError('invalid_customer', { details: 'Customer is not related with redemption.' })
  }
  if (orderReference && !refersTo(orderReference, order)) {
    return new ApiError('invalid_order', { details: 'Order is not related with redemption.' })
  }
  if (call.now.getTime() - redemption.createdAt.getTime() > LIMITS.rollbackWindowMs) {
    return new ApiError('invalid_rollback_params', {
      details: 'A redemption can be rolled back for 90 days',
    })
  }
  return undefined
}

const refersTo = (
  reference: NonNullable<RollbackCommand['orderReference']>,
  order: Order | undefined,
): boolean =>
  order !== undefined &&
  (reference.id === null || reference.id === order.id) &&
  (reference.sourceId === null || reference.sourceId === order.sourceId)

/**
 * R-RB-02: with the order it is cancelled and costs its full amount again, without it it only remembers what
 * became of the redemption.
 */
function undoOrder(
  order: Order,
  { call, orderMode }: RollbackCommand,
  undone: { redemption: Redemption; ids: readonly string[]; parentId: string | null },
): Order {
  const { redemption, ids, parentId } = undone
  const entry = order.redemptions[redemption.id]
  const rolledBack: OrderRedemption | undefined = entry && {
    ...entry,
    rollback_id: parentId ?? ids[0] ?? '',
    rollback_date: toIso(call.now),
    ...(parentId !== null && { rollback_stacked: [...ids] }),
  }
  return {
    ...order,
    ...(orderMode === 'WITH_ORDER' && { status: 'CANCELED', cart: withoutDiscounts(order.cart) }),
    redemptions: rolledBack
      ? { ...order.redemptions, [redemption.id]: rolledBack }
      : order.redemptions,
    updatedAt: call.now,
  }
}

function deny(command: RollbackCommand, key: ApiErrorKey, newId: NewId): RollbackDenied {
  const [redemption] = command.family
  const id = newId('failedRollback')
  return {
    kind: 'denied',
    redemption,
    rollback: {
      ...toRollback(command, redemption, id),
      result: 'FAILURE',
      status: 'FAILED',
      failureCode: key,
      failureMessage: API_ERRORS[key].message,
    },
    error: new ApiError(key, {
      details: 'Redemption has been already rolled back.',
      resource: { type: 'redemption_rollback', id },
    }),
  }
}

const toRollback = (command: RollbackCommand, undone: Redemption, id: string): Redemption => ({
  ...undone,
  id,
  object: 'redemption_rollback',
  result: 'SUCCESS',
  status: 'SUCCEEDED',
  parentId: null,
  redemptionId: undone.id,
  discount: null,
  usage: null,
  trackingId: command.trackingId ?? undone.trackingId,
  amount: null,
  points: null,
  reason: command.reason,
  metadata: command.metadata,
  orderSnapshot: null,
  appId: command.call.appId,
  createdAt: command.call.now,
})
