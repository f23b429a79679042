import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../platform/limits.ts'
import { decideBatch } from './decide-batch.ts'
import type { EffectMessage } from './effect.ts'

const NOW = new Date('2026-06-01T12:00:00Z')

const message = (
  position: number,
  customerId: string | null,
  groupId: string,
  depth = 0,
): EffectMessage => ({
  position,
  depth,
  happening: {
    occurrenceId: `evcus_${position}`,
    projectId: 'proj_1',
    type: 'customer.order.paid',
    customerId,
    data: {},
    call: { projectId: 'proj_1', appId: '', groupId, channel: 'INTERNAL', now: NOW },
    createdAt: NOW,
    hops: 0,
  },
})

describe('a batch of what has its effects at once', () => {
  it('has all that happened to different customers, or to nobody', () => {
    const queue = [
      message(1, 'cust_a', 'v-1'),
      message(2, 'cust_b', 'v-2'),
      message(3, null, 'v-3'),
    ]
    expect(decideBatch(queue)).toMatchObject({ done: [1, 2, 3], tooDeep: [] })
  })

  it('ends before the next call of a customer, which must see what the last one led to (L-14)', () => {
    const queue = [
      message(1, 'cust_a', 'v-1'),
      message(2, 'cust_a', 'v-1'),
      message(3, 'cust_b', 'v-2'),
      message(4, 'cust_a', 'v-3'),
      message(5, 'cust_c', 'v-4'),
    ]
    const { done, happenings } = decideBatch(queue)
    expect(done).toEqual([1, 2, 3])
    expect(happenings.map(({ occurrenceId }) => occurrenceId)).toEqual([
      'evcus_1',
      'evcus_2',
      'evcus_3',
    ])
  })

  it('is done with what is no longer there', () => {
    const queue = [{ position: 1, depth: 0, happening: undefined }, message(2, 'cust_a', 'v-1')]
    expect(decideBatch(queue)).toMatchObject({ done: [1, 2], tooDeep: [] })
  })

  it('has no effects of what followed from effects too often', () => {
    const queue = [message(1, 'cust_a', 'v-1', LIMITS.effectDepthMax + 1), message(2, null, 'v-1')]
    const batch = decideBatch(queue)
    expect(batch).toMatchObject({ done: [2], tooDeep: [1] })
    expect(batch.happenings).toHaveLength(1)
  })
})
