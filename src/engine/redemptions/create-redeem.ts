import { ApiError } from '../../kernel/api-error.ts'
import { createBatcher } from '../../platform/batcher.ts'
import { inTransaction, isUndone, violates } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { Answer, IdempotencyKey } from '../api/index.ts'
import type { Call, EngineDeps } from '../context.ts'
import { ORDER_SOURCE_ID_TAKEN } from '../orders/index.ts'
import type { RedeemInput } from '../validations/index.ts'
import type { AnswerShape } from './redeem-answer.ts'
import { type RedeemRequest, redeemBatch } from './redeem-batch.ts'

/**
 * Redeems what `input` names, all or nothing, and resolves with the answer once it is durable. Calls
 * that are made while others are under way share a transaction. A refusal is an answer; it throws
 * `unavailable` when the connection broke during the commit, so that nobody knows whether it happened.
 */
export type Redeem = (
  call: Call,
  input: RedeemInput,
  options?: { key?: IdempotencyKey | undefined; shape?: AnswerShape },
) => Promise<Answer>

const ATTEMPTS_MAX = 5

/** Makes the one door to redemptions of this process. */
export function createRedeem(
  deps: Pick<EngineDeps, 'db' | 'announced' | 'metrics' | 'log'>,
): Redeem {
  const batcher = createBatcher<RedeemRequest, Answer | ApiError>(
    {
      itemsMax: LIMITS.engineBatchItemsMax,
      inFlightMax: LIMITS.engineBatchesInFlightMax,
      weigh: ({ input }) => input.redeemables.length,
    },
    (batch) => runBatch(deps, batch),
  )
  return async (call, input, { key, shape = 'stack' } = {}) => {
    const answer = await batcher.submit({ call, input, key, shape })
    if (answer instanceof ApiError) throw answer
    return answer
  }
}

async function runBatch(
  deps: Pick<EngineDeps, 'db' | 'announced' | 'metrics' | 'log'>,
  batch: readonly RedeemRequest[],
): Promise<(Answer | ApiError)[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answers = await inTransaction(deps.db, (tx) => redeemBatch(tx, batch))
      deps.announced()
      for (const { status } of answers) {
        deps.metrics.redemptions.inc({ result: status === 200 ? 'success' : 'failure' })
      }
      return answers
    } catch (error) {
      // Done or not, nobody knows: to run it again could redeem twice.
      if (!isUndone(error)) {
        deps.log.error({ err: error, items: batch.length }, 'commit of redemptions unknown')
        return batch.map(() => new ApiError('unavailable', { cause: error }))
      }
      // Another process created the order of one of our source ids meanwhile; now it can be found.
      if (attempt < ATTEMPTS_MAX && violates(error, ORDER_SOURCE_ID_TAKEN)) continue
      throw error
    }
  }
}
