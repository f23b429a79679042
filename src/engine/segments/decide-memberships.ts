import type { Customer } from '../customers/index.ts'
import type { Membership, Segment } from './segment.ts'

type Change = { kind: 'entered' | 'left'; segment: Segment; customer: Customer }

/** What becomes different for one customer. */
export type Decided = {
  entered: readonly Membership[]
  left: readonly Membership[]
  /** The changes that are announced, in the order in which the segments were made. */
  told: readonly Change[]
}

type Known = {
  stored: ReadonlyMap<string, ReadonlySet<string>>
  matched: ReadonlyMap<string, ReadonlySet<string>>
}

/** Compares what is stored of members of active segments with what their filters say, customer by customer. */
export function decideMemberships(
  active: readonly Segment[],
  customers: readonly Customer[],
  { stored, matched }: Known,
): Decided[] {
  return customers.map((customer) => {
    const changes = active.flatMap((segment): Change[] => {
      const wasIn = stored.get(customer.id)?.has(segment.id) ?? false
      const isIn = matched.get(customer.id)?.has(segment.id) ?? false
      return wasIn === isIn ? [] : [{ kind: isIn ? 'entered' : 'left', segment, customer }]
    })
    const of = (wanted: Change['kind']): Membership[] =>
      changes.flatMap(({ kind, segment }) =>
        kind === wanted ? [{ segmentId: segment.id, customerId: customer.id }] : [],
      )
    return {
      entered: of('entered'),
      left: of('left'),
      told: changes.filter(({ kind, segment }) => kind === 'left' || !isPlaced(segment, customer)),
    }
  })
}

/** Who was there before the segment became active, and has not been looked at since, enters without a word (S-3). */
function isPlaced({ activeFrom, walk }: Segment, { id, createdAt }: Customer): boolean {
  if (walk?.kind !== 'PLACEMENT' || activeFrom === null || createdAt > activeFrom) return false
  return walk.after === null || id > walk.after
}
