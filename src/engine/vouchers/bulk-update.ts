import { notFound } from '../../kernel/api-error.ts'
import type { Tx } from '../../platform/db.ts'
import { type AsyncJob, bulkChangeJob, type ItemOutcome } from '../async-actions/index.ts'
import type { Call } from '../context.ts'
import { findSchemas, refuseMetadata } from '../metadata-schemas/index.ts'
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
): Promise<ItemOutcome[]> {
  const found = await lockVouchersByCode(
    tx,
    changes.map(({ code }) => ({ projectId, code })),
  )
  const schemas = (await findSchemas(tx, [projectId]))(projectId)
  const changed = new Map<string, Voucher>()
  const outcomes = changes.map(({ code, metadata }, index): ItemOutcome => {
    const stored = found[index]
    if (!stored) return { isFound: false, error: notFound('voucher', code) }
    const error = refuseMetadata(schemas, { of: 'voucher', metadata, on: 'update' })
    if (error) return { isFound: true, error }
    const voucher = changed.get(stored.id) ?? stored
    changed.set(stored.id, {
      ...voucher,
      metadata: calculateMetadata(voucher.metadata, { metadata }),
      updatedAt: now,
    })
    return { isFound: true }
  })
  updateVouchers(tx, [...changed.values()])
  return outcomes
}

export type MetadataForAll = { codes: string[]; metadata: Metadata }

/** `POST /v1/vouchers/bulk/async` and `POST /v1/vouchers/metadata/async` (engine-core §4.6). */
export const bulkUpdateJobs: readonly AsyncJob[] = [
  bulkChangeJob<MetadataChange[], MetadataChange>('VOUCHERS.BULK_UPDATE', {
    name: 'code',
    itemsOf: (changes) => changes,
    nameOf: ({ code }) => code,
    work: changeMetadata,
  }),
  bulkChangeJob<MetadataForAll, string>('VOUCHERS.METADATA_UPDATE', {
    name: 'code',
    itemsOf: ({ codes }) => codes,
    nameOf: (code) => code,
    work: (tx, call, codes, { metadata }) =>
      changeMetadata(
        tx,
        call,
        codes.map((code) => ({ code, metadata })),
      ),
  }),
]
