import { inTransaction } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { type EngineDeps, toOwnCall } from '../context.ts'
import { findCustomersAfter, toSimpleCustomer } from '../customers/index.ts'
import { announce } from '../outbox/index.ts'
import { findMembersAmong } from '../segments/index.ts'
import { goOnWith, lockScheduled } from './distribution.repo.ts'
import { BY_HAND, toToldDistribution } from './distribution.ts'

/** The one that this process was at last, in whatever project. */
let lastId = ''

/**
 * Goes on with a distribution that was scheduled by hand: looks at some customers of its project and announces it to those
 * in its segment, upon which it is sent as any other. Each step commits together with how far it came. True when there may be
 * more to do.
 */
export async function sendByHand({
  db,
  clock,
  announced,
}: Pick<EngineDeps, 'db' | 'clock' | 'announced'>): Promise<boolean> {
  const isThere = await inTransaction(db, async (tx) => {
    const now = clock.now()
    const scheduled = await lockScheduled(tx, { now, last: lastId })
    if (!scheduled) return false
    const { distribution, after } = scheduled
    lastId = distribution.id
    const { projectId, trigger } = distribution
    const limit = LIMITS.distributionCustomersPerStep
    const ids = await findCustomersAfter(tx, projectId, { after, limit })
    const members = await findMembersAmong(tx, { projectId, now }, trigger.segmentId ?? '', ids)
    const call = toOwnCall(projectId, now)
    announce(
      tx,
      members.map((customer) => ({
        call,
        type: BY_HAND,
        customerId: customer.id,
        data: {
          customer: toSimpleCustomer(customer),
          distribution: toToldDistribution(distribution),
          campaign: null,
          voucher: null,
          publication: null,
        },
      })),
    )
    goOnWith(tx, distribution.id, {
      after: ids.at(-1) ?? after,
      doneAt: ids.length < limit ? now : null,
    })
    return true
  })
  if (isThere) announced()
  return isThere
}
