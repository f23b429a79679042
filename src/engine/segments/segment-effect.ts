import { isPlainObject, type Json } from '../../kernel/json.ts'
import type { Tx } from '../../platform/db.ts'
import type { Call } from '../context.ts'
import type { Happening, ProgramEffect } from '../effects/index.ts'
import { settleMemberships } from './settle-memberships.ts'

/** Who of an occurrence's data can be in other segments afterwards. */
const ROLES = ['customer', 'holder', 'referrer'] as const

/** The customers whom something that happened concerns. */
function concernedBy({ customerId, data }: Happening): string[] {
  const ids = ROLES.flatMap((role) => {
    const person: Json | undefined = data[role]
    return isPlainObject(person) && typeof person['id'] === 'string' ? [person['id']] : []
  })
  return [...new Set(customerId === null ? ids : [customerId, ...ids])]
}

/** Evaluates the active segments of the project for the customers to whom something happened (S-4). */
async function settle(tx: Tx, happenings: readonly Happening[]): Promise<void> {
  const [first] = happenings
  if (!first) return
  // What happened to a customer last is what made the difference.
  const calls = new Map<string, Call>()
  for (const happening of happenings) {
    for (const id of concernedBy(happening)) calls.set(id, happening.call)
  }
  await settleMemberships(tx, {
    projectId: first.projectId,
    now: first.call.now,
    customerIds: [...calls.keys()],
    callOf: (id) => calls.get(id) ?? first.call,
  })
}

export const segmentEffect: ProgramEffect = { kind: 'segments', run: settle }
