import { ApiError, notFound } from '../../kernel/api-error.ts'
import type { Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { CsvRow } from '../api/index.ts'
import { type AsyncJob, asyncJob, type ItemFailure } from '../async-actions/index.ts'
import type { Call } from '../context.ts'
import { findMetadataSchemas } from '../metadata-schemas/index.ts'
import type { CustomerChange, MetadataChange } from './bulk.schema.ts'
import { toCustomerOfRow } from './csv-row.ts'
import { findCustomersBySourceId } from './customer.repo.ts'
import type { CustomerWish } from './decide-upsert.ts'
import { forgetJob } from './forget-job.ts'
import { type Outcome, runUpserts } from './upsert-customers.ts'

const isFailure = (outcome: Outcome | undefined): outcome is ApiError => outcome instanceof ApiError

/** As bulk changes tell it: the customer's `source_id`, and the error. */
const toError = (sourceId: string, { key, message, context }: ApiError): ItemFailure => ({
  source_id: sourceId,
  key,
  message,
  details: context.details ?? message,
})

/** A job over the customers that its input names, a part of them in each step; each succeeds or fails by itself. */
function changing<Input, Item>(
  type: AsyncJob['type'],
  options: {
    itemsOf: (input: Input) => readonly Item[]
    sourceIdOf: (item: Item) => string
    work: (tx: Tx, call: Call, items: readonly Item[], input: Input) => Promise<Outcome[]>
  },
): AsyncJob {
  return asyncJob<Input, number>({
    type,
    failuresAs: 'errors',
    reportColumns: REPORT_COLUMNS,
    start: 0,
    async step(tx, { call, input, state }) {
      const all = options.itemsOf(input)
      const end = state + LIMITS.asyncActionItemsPerStep
      const items = all.slice(state, end)
      const sourceIds = items.map((item) => options.sourceIdOf(item))
      const outcomes = await options.work(tx, call, items, input)
      const refused = sourceIds.filter((_sourceId, index) => isFailure(outcomes[index]))
      const known = await findCustomersBySourceId(tx, call.projectId, refused)
      const failed = sourceIds.flatMap((sourceId, index) => {
        const outcome = outcomes[index]
        return isFailure(outcome) ? [toError(sourceId, outcome)] : []
      })
      return {
        state: end,
        done: items.length - failed.length,
        failed,
        isDone: end >= all.length,
        report: sourceIds.map((sourceId, index) => {
          const outcome = outcomes[index]
          return isFailure(outcome)
            ? [sourceId, String(known.has(sourceId)), 'false']
            : [sourceId, String(outcome?.kind !== 'created'), 'true']
        }),
      }
    },
  })
}

/** Of the report of a change in bulk (C-30). */
const REPORT_COLUMNS = ['source_id', 'found', 'updated']

/** Webhooks are not told of changes in bulk (C-35). */
const quietly = (wish: Omit<CustomerWish, 'isQuiet'>): CustomerWish => ({ ...wish, isQuiet: true })

async function updateMetadata(
  tx: Tx,
  call: Call,
  sourceIds: readonly string[],
  { metadata }: MetadataChange,
): Promise<Outcome[]> {
  const known = await findCustomersBySourceId(tx, call.projectId, sourceIds)
  const wishes = sourceIds.flatMap((sourceId) => {
    const id = known.get(sourceId)?.id
    return id === undefined ? [] : [quietly({ call, input: { id, metadata } })]
  })
  const outcomes = (await runUpserts(tx, wishes)).values()
  return sourceIds.map((sourceId) =>
    known.has(sourceId)
      ? (outcomes.next().value ?? notFound('customer', sourceId))
      : notFound('customer', sourceId),
  )
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
  const schema = (await findMetadataSchemas(tx, [projectId], 'customer')).get(projectId)
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
  changing<CustomerChange[], CustomerChange>('CUSTOMERS.BULK_UPDATE', {
    itemsOf: (input) => input,
    sourceIdOf: ({ source_id }) => source_id,
    work: (tx, call, changes) =>
      runUpserts(
        tx,
        changes.map(({ system_metadata: systemMetadata, id: _id, ...input }) =>
          quietly({ call, input, ...(systemMetadata && { systemMetadata }) }),
        ),
      ),
  }),
  changing<MetadataChange, string>('CUSTOMERS.METADATA_UPDATE', {
    itemsOf: ({ source_ids }) => source_ids,
    sourceIdOf: (sourceId) => sourceId,
    work: updateMetadata,
  }),
  importCsv,
  forgetJob,
]
