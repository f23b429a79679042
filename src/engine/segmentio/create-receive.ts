import { createBatcher } from '../../platform/batcher.ts'
import { inTransaction, isUndone } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { Answer } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { type ReceiveRequest, receiveBatch } from './receive-batch.ts'

/**
 * Takes in one call and resolves with its answer once that is durable. Calls that are made while others
 * are under way share a transaction. Rejects when the connection broke during the commit, so that nobody
 * knows whether it happened: the caller is told to come again, and an Idempotency-Key makes that safe.
 */
export type Receive = (request: ReceiveRequest) => Promise<Answer>

/** Makes the one receiver of this process. */
export function createReceive(deps: Pick<EngineDeps, 'db' | 'announced' | 'metrics'>): Receive {
  const batcher = createBatcher<ReceiveRequest, Answer>(
    {
      itemsMax: LIMITS.engineBatchItemsMax,
      inFlightMax: LIMITS.engineBatchesInFlightMax,
      isUndone,
    },
    async (batch) => {
      const { answers, droppedKeys } = await inTransaction(deps.db, (tx) => receiveBatch(tx, batch))
      deps.announced()
      deps.metrics.metadataKeysDropped.inc(droppedKeys)
      return answers
    },
  )
  return batcher.submit
}
