import { describe, expect, it } from 'vitest'
import { decideMemberships } from './decide-memberships.ts'
import type { Segment } from './segment.ts'
import { aCustomer, NOON } from './segments.fixture.ts'

const aSegment = (id: string, changes: Partial<Segment> = {}): Segment => ({
  id,
  projectId: 'proj_1',
  name: id,
  type: 'auto-update',
  filter: {},
  activeFrom: NOON,
  walk: null,
  createdAt: NOON,
  updatedAt: null,
  ...changes,
})

const later = new Date(NOON.getTime() + 1)
const placing = (after: string | null): Partial<Segment> => ({
  walk: { kind: 'PLACEMENT', at: NOON, after },
})

/** What becomes different for a customer who was in the segments `stored` and is in those `matched`. */
function decide(
  segments: readonly Segment[],
  {
    id = 'cust_5',
    createdAt = NOON,
    stored = [],
    matched = [],
  }: {
    id?: string
    createdAt?: Date
    stored?: string[]
    matched?: string[]
  },
) {
  const [decided] = decideMemberships(segments, [aCustomer({ id, createdAt })], {
    stored: new Map([[id, new Set(stored)]]),
    matched: new Map([[id, new Set(matched)]]),
  })
  return {
    entered: decided?.entered.map(({ segmentId }) => segmentId),
    left: decided?.left.map(({ segmentId }) => segmentId),
    told: decided?.told.map(({ kind, segment }) => `${kind} ${segment.id}`),
  }
}

describe('the segments that a customer enters and leaves', () => {
  it('are those whose filters say something else than what is stored', () => {
    const segments = ['seg_1', 'seg_2', 'seg_3', 'seg_4'].map((id) => aSegment(id))
    const of = { stored: ['seg_1', 'seg_2', 'seg_static'], matched: ['seg_2', 'seg_3'] }
    expect(decide(segments, of)).toEqual({
      entered: ['seg_3'],
      left: ['seg_1'],
      told: ['left seg_1', 'entered seg_3'],
    })
  })

  it.each([
    ['who was there and was not looked at yet', { createdAt: NOON }, placing(null), []],
    ['who comes behind those looked at', { id: 'cust_5' }, placing('cust_4'), []],
    ['who was looked at', { id: 'cust_5' }, placing('cust_5'), ['entered seg_1']],
    ['who is new', { createdAt: later }, placing(null), ['entered seg_1']],
    [
      'who matches on another day',
      {},
      { walk: { kind: 'REVIEW', at: NOON, after: null } } as const,
      ['entered seg_1'],
    ],
    ['who matches when all are placed', {}, {}, ['entered seg_1']],
  ])('are told or not of a segment that is new: %s (S-3)', (_who, customer, segment, told) => {
    const of = { ...customer, matched: ['seg_1'] }
    expect(decide([aSegment('seg_1', segment)], of)).toEqual({
      entered: ['seg_1'],
      left: [],
      told,
    })
  })
})
