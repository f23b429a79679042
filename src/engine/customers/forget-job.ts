import { sortableIdAt } from '../../kernel/ids.ts'
import type { Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { asyncJob, enqueueAsyncAction } from '../async-actions/index.ts'
import type { Call } from '../context.ts'
import type { Customer } from './customer.ts'
import { forgetNext } from './erase.repo.ts'

/** Who was erased, and behind which occurrence to begin. */
type ForgetInput = { customerId: string; after: string }

/**
 * Makes the customer unknown, once `tx` has erased them, in what is told of others. It is looked at twice: what was
 * under way at that moment may have told of the customer behind the back of whoever looks first.
 */
export async function forgetLater(tx: Tx, call: Call, { id, createdAt }: Customer): Promise<void> {
  const erasedAt = call.now.getTime()
  const wish = (since: number) => ({
    type: 'CUSTOMERS.FORGET' as const,
    input: { customerId: id, after: sortableIdAt('occurrence', since) } satisfies ForgetInput,
  })
  // Nothing told of the customer before they existed.
  await enqueueAsyncAction(tx, call, wish(createdAt.getTime()))
  await enqueueAsyncAction(tx, call, {
    ...wish(erasedAt - LIMITS.forgetAgainAfterMs),
    notBefore: new Date(erasedAt + LIMITS.forgetAgainAfterMs),
  })
}

/** Its state is the last occurrence that was looked at. */
export const forgetJob = asyncJob<ForgetInput, string | null>({
  type: 'CUSTOMERS.FORGET',
  start: null,
  async step(tx, { call: { projectId }, input: { customerId, after }, state, doneCount }) {
    const part = await forgetNext(tx, { projectId, customerId, after: state ?? after })
    return {
      state: part.last,
      done: part.count,
      failed: [],
      isDone: !part.isMore,
      message: `Updated ${doneCount + part.count} occurrences.`,
    }
  },
})
