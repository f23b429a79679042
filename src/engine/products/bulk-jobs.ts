import { ApiError } from '../../kernel/api-error.ts'
import type { Json } from '../../kernel/json.ts'
import type { Tx } from '../../platform/db.ts'
import { type AsyncJob, asyncJob, type ItemFailure } from '../async-actions/index.ts'
import type { Call } from '../context.ts'
import { findProducts } from './find-items.ts'
import type { ProductInput, SkuInput } from './product.schema.ts'
import type { Metadata, Product, Sku } from './product.ts'
import { upsertProducts, upsertSkus } from './upsert-items.ts'

/** A line of an upload: what it says, or why it says nothing usable. */
export type Row<Input> = { row: number; input: Input } | { row: number; reason: string }
export type SkuOfProduct = SkuInput & { product_id: string }

const ITEMS_A_STEP = 200

type Outcome = Product | Sku | ApiError
type Named = { [key: string]: Json }

const toFailure = (error: ApiError, named: Named): ItemFailure => ({
  ...named,
  reason: error.context.details ?? error.message,
})

/** A job that takes a list of items in steps; `work` answers the outcome of each, `nameOf` says what names it. */
function listJob<Input, Item>(
  type: AsyncJob['type'],
  options: {
    itemsOf: (input: Input) => readonly Item[]
    work: (tx: Tx, call: Call, items: readonly Item[], input: Input) => Promise<Outcome[]>
    nameOf: (item: Item) => Named
    noun: string
  },
): AsyncJob {
  return asyncJob<Input, number>({
    type,
    start: 0,
    async step(tx, { call, input, state, doneCount, failedCount }) {
      const all = options.itemsOf(input)
      const items = all.slice(state, state + ITEMS_A_STEP)
      const outcomes = await options.work(tx, call, items, input)
      const failed = items.flatMap((item, index) => {
        const outcome = outcomes[index]
        return outcome instanceof ApiError ? [toFailure(outcome, options.nameOf(item))] : []
      })
      const done = items.length - failed.length
      return {
        state: state + items.length,
        done,
        failed,
        isDone: state + items.length >= all.length,
        message: `${doneCount + done} ${options.noun} successfully, ${failedCount + failed.length} failed.`,
      }
    },
  })
}

/** Rows that could be read, worked on together; the outcome of each row, in order. */
async function workRows<Input>(
  rows: readonly Row<Input>[],
  work: (inputs: Input[]) => Promise<Outcome[]>,
): Promise<Outcome[]> {
  const readable = rows.flatMap((row) => ('input' in row ? [row.input] : []))
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

const nameOfRow = (row: Row<ProductInput | SkuInput>): Named => ({
  row: row.row,
  source_id: ('input' in row && row.input.source_id) || null,
})

/** What products and SKUs have to do after the request was answered (engine-programs §6.1, §14.1). */
export const CATALOG_JOBS: readonly AsyncJob[] = [
  listJob<ProductInput[], ProductInput>('PRODUCTS.BULK_UPDATE', {
    itemsOf: (input) => input,
    work: upsertProducts,
    nameOf: ({ source_id }) => ({ source_id: source_id ?? null }),
    noun: 'product(s) updated',
  }),
  listJob<{ source_ids: string[]; metadata: Metadata }, string>('PRODUCTS.METADATA_UPDATE', {
    itemsOf: (input) => input.source_ids,
    work: (tx, call, sourceIds, { metadata }) => updateMetadata(tx, call, sourceIds, metadata),
    nameOf: (source_id) => ({ source_id }),
    noun: 'product(s) updated',
  }),
  listJob<Row<ProductInput>[], Row<ProductInput>>('PRODUCTS.IMPORT_CSV', {
    itemsOf: (input) => input,
    work: (tx, call, rows) => workRows(rows, (inputs) => upsertProducts(tx, call, inputs)),
    nameOf: nameOfRow,
    noun: 'product(s) imported',
  }),
  listJob<Row<SkuOfProduct>[], Row<SkuOfProduct>>('SKUS.IMPORT_CSV', {
    itemsOf: (input) => input,
    work: (tx, call, rows) => workRows(rows, (inputs) => importSkus(tx, call, inputs)),
    nameOf: nameOfRow,
    noun: 'SKU(s) imported',
  }),
]

/** Unknown products are told and not created (C-31). */
async function updateMetadata(
  tx: Tx,
  call: Call,
  sourceIds: readonly string[],
  metadata: Metadata,
): Promise<Outcome[]> {
  const known = await findProducts(tx, call.projectId, sourceIds)
  return upsertProducts(
    tx,
    call,
    sourceIds.map((sourceId) => ({ id: known.get(sourceId)?.id ?? sourceId, metadata })),
  )
}
