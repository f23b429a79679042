import { describe, expect, it } from 'vitest'
import { NOW } from '../../../test/support/vouchers.ts'
import { ApiError } from '../../kernel/api-error.ts'
import { money, ZERO } from '../../kernel/money.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { Order } from '../orders/index.ts'
import { decideRollback, type RollbackCommand } from './decide-rollback.ts'
import type { Redemption } from './redemption.ts'

const call = {
  projectId: 'proj_1',
  appId: 'app_1',
  groupId: 'v-1',
  channel: 'API',
  now: NOW,
} as const

const aRedemption = (fields: Partial<Redemption> = {}): Redemption => ({
  id: 'r_1',
  projectId: 'proj_1',
  object: 'redemption',
  result: 'SUCCESS',
  status: 'SUCCEEDED',
  parentId: null,
  isParent: false,
  redemptionId: null,
  customerId: 'cust_1',
  voucherId: 'v_1',
  voucherCode: 'A',
  promotionTierId: null,
  campaignId: null,
  points: null,
  discount: null,
  usage: null,
  orderId: 'ord_1',
  trackingId: 'track_1',
  amount: null,
  failureCode: null,
  failureMessage: null,
  reason: null,
  metadata: {},
  orderSnapshot: null,
  appId: 'app_1',
  createdAt: NOW,
  ...fields,
})
const parent = aRedemption({ id: 'r_p', isParent: true, voucherId: null, voucherCode: null })
const children = [
  aRedemption({ id: 'r_a', parentId: 'r_p' }),
  aRedemption({ id: 'r_b', parentId: 'r_p', voucherId: 'v_2', amount: money(2_000) }),
]
const entry = { date: NOW.toISOString(), related_object_id: 'v_1' }
const order: Order = {
  id: 'ord_1',
  projectId: 'proj_1',
  sourceId: 'o-1',
  customerId: 'cust_1',
  referrerId: null,
  status: 'PAID',
  items: [],
  cart: {
    amount: money(10_000),
    initialAmount: undefined,
    discountAmount: money(1_000),
    appliedDiscountAmount: ZERO,
    lines: [],
  },
  metadata: {},
  redemptions: {
    r_1: { ...entry, related_object_type: 'voucher' },
    r_p: { ...entry, related_object_type: 'redemption', stacked: ['r_a', 'r_b'] },
  },
  createdAt: NOW,
  updatedAt: null,
}

const decide = (fields: Partial<RollbackCommand> = {}) => {
  let count = 0
  const command: RollbackCommand = {
    call,
    family: [aRedemption()],
    order,
    orderMode: 'WITH_ORDER',
    customerId: undefined,
    orderReference: undefined,
    endpoint: 'single',
    reason: 'returned',
    trackingId: null,
    metadata: {},
    ...fields,
  }
  return decideRollback(command, (kind) => {
    count += 1
    return `${kind}_${count}`
  })
}

describe('decideRollback', () => {
  it('cancels the order and gives the discount up (R-RB-02)', () => {
    expect(decide()).toMatchObject({
      kind: 'rolled_back',
      order: {
        status: 'CANCELED',
        cart: { discountAmount: ZERO },
        redemptions: { r_1: { rollback_id: 'rollback_1', rollback_date: NOW.toISOString() } },
      },
      parts: [
        {
          redemption: { id: 'r_1', status: 'ROLLED_BACK' },
          rollback: {
            id: 'rollback_1',
            redemptionId: 'r_1',
            reason: 'returned',
            amount: null,
            orderSnapshot: { status: 'CANCELED', amount: 10_000, total_amount: 10_000 },
          },
        },
      ],
    })
  })

  it('leaves the order as it is where the project says so (R-RB-02, scenario 98)', () => {
    expect(decide({ orderMode: 'WITHOUT_ORDER' })).toMatchObject({
      order: {
        status: 'PAID',
        cart: { discountAmount: 1_000 },
        redemptions: { r_1: { rollback_id: 'rollback_1' } },
      },
    })
  })

  it('gives back what each part of a stack took (R-RB-06)', () => {
    const decision = decide({ family: [parent, ...children], endpoint: 'stack' })
    expect(decision).toMatchObject({
      parent: {
        rollback: { id: 'rollback_3', isParent: true, redemptionId: 'r_p', parentId: null },
      },
      parts: [
        { rollback: { redemptionId: 'r_a', amount: null, parentId: 'rollback_3' } },
        { rollback: { redemptionId: 'r_b', amount: -2_000, parentId: 'rollback_3' } },
      ],
      order: { redemptions: { r_p: { rollback_stacked: ['rollback_1', 'rollback_2'] } } },
    })
  })

  it('undoes a lone redemption at the stacked endpoint, too (R-RB-03)', () => {
    const decision = decide({ endpoint: 'stack' })
    expect(decision).toMatchObject({ kind: 'rolled_back', parent: undefined })
  })

  it('records a second attempt (R-RB-04, EV-4)', () => {
    expect(decide({ family: [aRedemption({ status: 'ROLLED_BACK' })] })).toMatchObject({
      kind: 'denied',
      rollback: { id: 'failedRollback_1', result: 'FAILURE', failureCode: 'already_rolled_back' },
      error: { context: { resource: { type: 'redemption_rollback', id: 'failedRollback_1' } } },
    })
  })

  it.each<[string, string, Partial<RollbackCommand>]>([
    [
      'invalid_redemption_parent',
      'a part of a stack (R-RB-03)',
      { family: [children[0] as Redemption] },
    ],
    [
      'invalid_redemption',
      'a stack at the single endpoint (R-RB-03)',
      { family: [parent, ...children] },
    ],
    ['not_found', 'a refusal (R-RB-07)', { family: [aRedemption({ result: 'FAILURE' })] }],
    ['not_found', 'a rollback', { family: [aRedemption({ object: 'redemption_rollback' })] }],
    ['invalid_customer', 'a redemption of somebody else (R-RB-04)', { customerId: 'cust_2' }],
    [
      'invalid_order',
      'a redemption of another order (R-RB-04)',
      { orderReference: { id: null, sourceId: 'o-2' } },
    ],
    [
      'invalid_order',
      'an order where there was none',
      { orderReference: { id: 'ord_1', sourceId: null }, order: undefined },
    ],
    [
      'invalid_rollback_params',
      'what happened too long ago (R-RB-05)',
      {
        family: [aRedemption({ createdAt: new Date(NOW.getTime() - LIMITS.rollbackWindowMs - 1) })],
      },
    ],
  ])('answers %s for %s and leaves no trace', (key, _name, fields) => {
    const decision = decide(fields)
    expect(decision).toBeInstanceOf(ApiError)
    expect(decision).toMatchObject({ key })
  })
})
