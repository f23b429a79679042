import { ApiError } from '../../kernel/api-error.ts'
import type { Tx } from '../../platform/db.ts'
import {
  type AsyncJob,
  asyncJob,
  bulkChangeJob,
  type ItemFailure,
  type ItemOutcome,
} from '../async-actions/index.ts'
import type { Call } from '../context.ts'
import { findSchemas, readCells } from '../metadata-schemas/index.ts'
import { findProducts } from './find-items.ts'
import type { ProductInput, SkuInput } from './product.schema.ts'
import type { Metadata, Product, Sku } from './product.ts'
import { runProductUpserts, upsertProducts, upsertSkus } from './upsert-items.ts'

/** A line of an upload: what it says, or why it says nothing usable. */
export type Row<Input> = { row: number; input: Input } | { row: number; reason: string }
export type SkuOfProduct = SkuInput & { product_id: string }

const ROWS_A_STEP = 200

type Outcome = Product | Sku | ApiError

const toFailure = (error: ApiError, row: Row<ProductInput | SkuInput>): ItemFailure => ({
  row: row.row,
  source_id: ('input' in row && row.input.source_id) || null,
  reason: error.context.details ?? error.message,
})

/** A job that takes the lines of an upload in steps; `work` answers the outcome of each. */
function importJob<Input extends ProductInput | SkuInput>(
  type: AsyncJob['type'],
  options: {
    work: (tx: Tx, call: Call, inputs: readonly Input[]) => Promise<Outcome[]>
    noun: string
  },
): AsyncJob {
  return asyncJob<Row<Input>[], number>({
    type,
    start: 0,
    async step(tx, { call, input, state, doneCount, failedCount }) {
      const rows = input.slice(state, state + ROWS_A_STEP)
      const outcomes = await workRows(tx, call, rows, (inputs) => options.work(tx, call, inputs))
      const failed = rows.flatMap((row, index) => {
        const outcome = outcomes[index]
        return outcome instanceof ApiError ? [toFailure(outcome, row)] : []
      })
      const done = rows.length - failed.length
      return {
        state: state + rows.length,
        done,
        failed,
        isDone: state + rows.length >= input.length,
        message: `${doneCount + done} ${options.noun} imported successfully, ${failedCount + failed.length} failed.`,
      }
    },
  })
}

type Cells = { readonly [column: string]: string }

/**
 * Rows that could be read, their metadata of the types it should have, worked on together; the outcome of each row, in
 * order.
 */
async function workRows<Input extends ProductInput | SkuInput>(
  tx: Tx,
  { projectId }: Call,
  rows: readonly Row<Input>[],
  work: (inputs: Input[]) => Promise<Outcome[]>,
): Promise<Outcome[]> {
  const schema = (await findSchemas(tx, [projectId]))(projectId).ofObjects.get('product')
  const readable = rows.flatMap((row) => {
    if (!('input' in row)) return []
    const { input } = row
    return [{ ...input, metadata: readCells(schema, (input.metadata ?? {}) as Cells) }]
  })
  const outcomes = readable.length > 0 ? await work(readable) : []
  let next = 0
  return rows.map((row) => {
    if ('reason' in row) return new ApiError('invalid_payload', { details: row.reason })
    const outcome = outcomes[next]
    next += 1
    return outcome as Outcome
  })
}

/** The products of SKUs are named by id or `source_id`; one that is unknown fails its SKUs. */
async function importSkus(tx: Tx, call: Call, inputs: readonly SkuOfProduct[]): Promise<Outcome[]> {
  const products = await findProducts(
    tx,
    call.projectId,
    inputs.map(({ product_id }) => product_id),
  )
  // An unknown product stays as it was named, and is then not found.
  const named = inputs.map((input) => ({
    ...input,
    product_id: products.get(input.product_id)?.id ?? input.product_id,
  }))
  return upsertSkus(tx, call, named)
}

const nameOfChange = ({ source_id: sourceId }: ProductInput): string => sourceId ?? ''

/** What products and SKUs have to do after the request was answered (engine-programs §6.1, §14.1). */
export const CATALOG_JOBS: readonly AsyncJob[] = [
  bulkChangeJob<ProductInput[], ProductInput>('PRODUCTS.BULK_UPDATE', {
    name: 'source_id',
    itemsOf: (input) => input,
    nameOf: nameOfChange,
    work: changeProducts,
  }),
  bulkChangeJob<{ source_ids: string[]; metadata: Metadata }, string>('PRODUCTS.METADATA_UPDATE', {
    name: 'source_id',
    itemsOf: ({ source_ids }) => source_ids,
    nameOf: (sourceId) => sourceId,
    work: (tx, call, sourceIds, { metadata }) => updateMetadata(tx, call, sourceIds, metadata),
  }),
  importJob<ProductInput>('PRODUCTS.IMPORT_CSV', { work: upsertProducts, noun: 'product(s)' }),
  importJob<SkuOfProduct>('SKUS.IMPORT_CSV', { work: importSkus, noun: 'SKU(s)' }),
]

/** A product is found unless its change made it, or was refused and there is none. */
async function changeProducts(
  tx: Tx,
  call: Call,
  inputs: readonly ProductInput[],
): Promise<ItemOutcome[]> {
  const upserts = await runProductUpserts(tx, call, inputs)
  const refused = inputs.filter((_input, index) => upserts[index] instanceof ApiError)
  const known = await findProducts(tx, call.projectId, refused.map(nameOfChange))
  return inputs.map((input, index) => {
    const upsert = upserts[index]
    return upsert instanceof ApiError
      ? { isFound: known.has(nameOfChange(input)), error: upsert }
      : { isFound: upsert?.kind !== 'created' }
  })
}

/** Unknown products are told and not created (C-31). */
async function updateMetadata(
  tx: Tx,
  call: Call,
  sourceIds: readonly string[],
  metadata: Metadata,
): Promise<ItemOutcome[]> {
  const known = await findProducts(tx, call.projectId, sourceIds)
  const inputs = sourceIds.map((sourceId) => ({
    id: known.get(sourceId)?.id ?? sourceId,
    metadata,
  }))
  const products = await upsertProducts(tx, call, inputs)
  return products.map((product, index) => ({
    isFound: known.has(sourceIds[index] ?? ''),
    ...(product instanceof ApiError && { error: product }),
  }))
}
