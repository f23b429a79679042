import { ApiError } from '../../kernel/api-error.ts'
import { invariant } from '../../kernel/assert.ts'
import { createBatcher } from '../../platform/batcher.ts'
import { inTransaction, isUndone, violates } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { Answer, IdempotencyKey } from '../api/index.ts'
import type { Call, EngineDeps } from '../context.ts'
import type { RedeemInput } from '../evaluation/index.ts'
import { ORDER_SOURCE_ID_TAKEN } from '../orders/index.ts'
import { redeemBatch } from './redeem-batch.ts'
import type { AnswerShape, RedeemRequest } from './redeem-request.ts'

/**
 * Redeems what `input` names, all or nothing, and resolves with the answer once it is durable. Calls
 * that are made while others are under way share a transaction. A refusal is an answer; it throws
 * `CommitUnknownError` (503) when the connection broke during the commit: nobody knows whether it happened.
 */
export type Redeem = (
  call: Call,
  input: RedeemInput,
  options?: { key?: IdempotencyKey | undefined; shape?: AnswerShape; isExplained?: boolean },
) => Promise<Answer>

const ATTEMPTS_MAX = 5

/** Makes the one door to redemptions of this process. */
export function createRedeem(deps: Pick<EngineDeps, 'db' | 'announced' | 'metrics'>): Redeem {
  const batcher = createBatcher<RedeemRequest, Answer>(
    {
      itemsMax: LIMITS.engineBatchItemsMax,
      inFlightMax: LIMITS.engineBatchesInFlightMax,
      weigh: ({ input }) => input.redeemables.length,
      // Done or not, nobody knows: to run it again could redeem twice.
      isUndone,
    },
    (batch) => runBatch(deps, batch),
  )
  return (call, input, { key, shape = 'stack', isExplained = false } = {}) => {
    const request = { call, input, key, shape, isExplained }
    return asksForReward(request) ? redeemAlone(deps, request) : batcher.submit(request)
  }
}

/** What a reward gives may be refused when it is given, which must not undo what others redeemed. */
const asksForReward = ({ input }: RedeemRequest): boolean =>
  input.redeemables.some(({ reward }) => reward !== undefined)

async function redeemAlone(
  deps: Pick<EngineDeps, 'db' | 'announced' | 'metrics'>,
  request: RedeemRequest,
): Promise<Answer> {
  try {
    const [answer] = await runBatch(deps, [request])
    invariant(answer, 'each request has an answer')
    return answer
  } catch (error) {
    // Two cards of one request asked for the last one.
    if (violates(error, 'reward_stock_check')) throw new ApiError('reward_out_of_stock')
    throw error
  }
}

async function runBatch(
  deps: Pick<EngineDeps, 'db' | 'announced' | 'metrics'>,
  batch: readonly RedeemRequest[],
): Promise<Answer[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answers = await inTransaction(deps.db, (tx) => redeemBatch(tx, batch))
      deps.announced()
      for (const { status } of answers) {
        deps.metrics.redemptions.inc({ result: status === 200 ? 'success' : 'failure' })
      }
      return answers
    } catch (error) {
      // Another process created the order of one of our source ids meanwhile; now it can be found.
      if (attempt < ATTEMPTS_MAX && violates(error, ORDER_SOURCE_ID_TAKEN)) continue
      throw error
    }
  }
}
