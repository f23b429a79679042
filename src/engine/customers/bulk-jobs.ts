import { ApiError, notFound } from '../../kernel/api-error.ts'
import type { Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { CsvRow } from '../api/index.ts'
import {
  type AsyncJob,
  asyncJob,
  bulkChangeJob,
  type ItemFailure,
  type ItemOutcome,
} from '../async-actions/index.ts'
import type { Call } from '../context.ts'
import { findSchemas } from '../metadata-schemas/index.ts'
import type { CustomerChange, MetadataChange } from './bulk.schema.ts'
import { toCustomerOfRow } from './csv-row.ts'
import { findCustomersBySourceId } from './customer.repo.ts'
import type { CustomerWish } from './decide-upsert.ts'
import { forgetJob } from './forget-job.ts'
import { type Outcome, runUpserts } from './upsert-customers.ts'

const isFailure = (outcome: Outcome | undefined): outcome is ApiError => outcome instanceof ApiError

/** A customer is found unless their change made them, or was refused and there is nobody. */
async function toItemOutcomes(
  tx: Tx,
  { projectId }: Call,
  sourceIds: readonly string[],
  outcomes: readonly Outcome[],
): Promise<ItemOutcome[]> {
  const refused = sourceIds.filter((_sourceId, index) => isFailure(outcomes[index]))
  const known = await findCustomersBySourceId(tx, projectId, refused)
  return outcomes.map((outcome, index) =>
    isFailure(outcome)
      ? { isFound: known.has(sourceIds[index] ?? ''), error: outcome }
      : { isFound: outcome.kind !== 'created' },
  )
}

/** Webhooks are not told of changes in bulk (C-35). */
const quietly = (wish: Omit<CustomerWish, 'isQuiet'>): CustomerWish => ({ ...wish, isQuiet: true })

async function changeCustomers(
  tx: Tx,
  call: Call,
  changes: readonly CustomerChange[],
): Promise<ItemOutcome[]> {
  const wishes = changes.map(({ system_metadata: systemMetadata, id: _id, ...input }) =>
    quietly({ call, input, ...(systemMetadata && { systemMetadata }) }),
  )
  const sourceIds = changes.map(({ source_id }) => source_id)
  return toItemOutcomes(tx, call, sourceIds, await runUpserts(tx, wishes))
}

/** Unknown customers are told and not created (C-31). */
async function updateMetadata(
  tx: Tx,
  call: Call,
  sourceIds: readonly string[],
  { metadata }: MetadataChange,
): Promise<ItemOutcome[]> {
  const known = await findCustomersBySourceId(tx, call.projectId, sourceIds)
  const wishes = sourceIds.flatMap((sourceId) => {
    const id = known.get(sourceId)?.id
    return id === undefined ? [] : [quietly({ call, input: { id, metadata } })]
  })
  const outcomes = (await runUpserts(tx, wishes)).values()
  const ofAll = sourceIds.map((sourceId) => {
    const outcome = known.has(sourceId) ? outcomes.next().value : undefined
    return outcome ?? notFound('customer', sourceId)
  })
  return toItemOutcomes(tx, call, sourceIds, ofAll)
}

type ReadRow = { row: number; wish: CustomerWish } | { row: number; error: ApiError }

/** Reads each line by itself, so that a bad one fails alone; lines count from 1 behind the header. */
async function readRows(
  tx: Tx,
  call: Call,
  rows: readonly CsvRow[],
  first: number,
): Promise<ReadRow[]> {
  const { projectId } = call
  const schema = (await findSchemas(tx, [projectId]))(projectId).ofObjects.get('customer')
  return rows.map((cells, index) => {
    const row = first + index
    try {
      const input = toCustomerOfRow(cells, schema)
      return { row, wish: quietly({ call, input, isReplacing: true }) }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      return { row, error }
    }
  })
}

const SOURCE_ID_COLUMN = /^\s*source[ _]id\s*$/i
const sourceIdOfRow = (cells: CsvRow): string | null =>
  Object.entries(cells).find(([column]) => SOURCE_ID_COLUMN.test(column))?.[1] ?? null

/** A customer whom the project has is replaced as a whole, metadata included (C-33). */
const importCsv = asyncJob<CsvRow[], number>({
  type: 'CUSTOMERS.IMPORT_CSV',
  start: 0,
  async step(tx, { call, input, state, doneCount, failedCount }) {
    const end = state + LIMITS.asyncActionItemsPerStep
    const rows = input.slice(state, end)
    const read = await readRows(tx, call, rows, state + 1)
    const wishes = read.flatMap((each) => ('wish' in each ? [each.wish] : []))
    const outcomes = (await runUpserts(tx, wishes)).values()
    const failed = read.flatMap((each, index): ItemFailure[] => {
      const outcome = 'wish' in each ? outcomes.next().value : each.error
      if (!isFailure(outcome)) return []
      const reason = outcome.context.details ?? outcome.message
      return [{ source_id: sourceIdOfRow(rows[index] ?? {}), row: each.row, reason }]
    })
    const done = rows.length - failed.length
    return {
      state: end,
      done,
      failed,
      isDone: end >= input.length,
      message: `${doneCount + done} customer(s) imported successfully, ${failedCount + failed.length} failed.`,
    }
  },
})

/** What is done with customers after the request was answered (engine-programs §2.5, §2.6). */
export const CUSTOMER_JOBS: readonly AsyncJob[] = [
  bulkChangeJob<CustomerChange[], CustomerChange>('CUSTOMERS.BULK_UPDATE', {
    name: 'source_id',
    itemsOf: (input) => input,
    nameOf: ({ source_id }) => source_id,
    work: changeCustomers,
  }),
  bulkChangeJob<MetadataChange, string>('CUSTOMERS.METADATA_UPDATE', {
    name: 'source_id',
    itemsOf: ({ source_ids }) => source_ids,
    nameOf: (sourceId) => sourceId,
    work: updateMetadata,
  }),
  importCsv,
  forgetJob,
]
