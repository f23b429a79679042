import { notFound } from '../../kernel/api-error.ts'
import type { Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { type AsyncJob, asyncJob, type ItemFailure } from '../async-actions/index.ts'
import type { Call } from '../context.ts'
import { calculateMetadata } from './calculate-voucher.ts'
import { lockVouchersByCode } from './voucher.repo.ts'
import type { Metadata, Voucher } from './voucher.ts'
import { updateVouchers } from './voucher-write.repo.ts'

/** What metadata a voucher is to have besides what it has. */
export type MetadataChange = { code: string; metadata: Metadata }

async function changeMetadata(
  tx: Tx,
  { projectId, now }: Call,
  changes: readonly MetadataChange[],
): Promise<{ done: number; failed: ItemFailure[] }> {
  const found = await lockVouchersByCode(
    tx,
    changes.map(({ code }) => ({ projectId, code })),
  )
  const changed = new Map<string, Voucher>()
  const failed: ItemFailure[] = []
  for (const [index, { code, metadata }] of changes.entries()) {
    const stored = found[index]
    if (!stored) {
      const { key, message, context } = notFound('voucher', code)
      failed.push({ code, key, message, details: context.details ?? message })
      continue
    }
    const voucher = changed.get(stored.id) ?? stored
    changed.set(stored.id, {
      ...voucher,
      metadata: calculateMetadata(voucher.metadata, { metadata }),
      updatedAt: now,
    })
  }
  updateVouchers(tx, [...changed.values()])
  return { done: changes.length - failed.length, failed }
}

/** A job over `items` of its input, a part of them in each step. */
function changing<Input>(
  type: AsyncJob['type'],
  changesOf: (input: Input) => readonly MetadataChange[],
): AsyncJob {
  return asyncJob<Input, number>({
    type,
    failuresAs: 'errors',
    start: 0,
    async step(tx, { call, input, state }) {
      const changes = changesOf(input)
      const end = state + LIMITS.asyncActionItemsPerStep
      const { done, failed } = await changeMetadata(tx, call, changes.slice(state, end))
      return {
        state: end,
        done,
        failed,
        isDone: end >= changes.length,
      }
    },
  })
}

export type MetadataForAll = { codes: string[]; metadata: Metadata }

/** `POST /v1/vouchers/bulk/async` and `POST /v1/vouchers/metadata/async` (engine-core §4.6). */
export const bulkUpdateJobs: readonly AsyncJob[] = [
  changing<MetadataChange[]>('VOUCHERS.BULK_UPDATE', (changes) => changes),
  changing<MetadataForAll>('VOUCHERS.METADATA_UPDATE', ({ codes, metadata }) =>
    codes.map((code) => ({ code, metadata })),
  ),
]
