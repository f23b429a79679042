import { ApiError } from '../../kernel/api-error.ts'
import type { CsvRow } from '../api/index.ts'
import { type ProductInput, parseProduct, parseSku, type SkuInput } from './product.schema.ts'

const PRODUCT_COLUMNS = ['name', 'source_id', 'price', 'attributes', 'image_url'] as const
const SKU_COLUMNS = [
  'product_id',
  'sku',
  'source_id',
  'price',
  'currency',
  'image_url',
  'attributes',
] as const

/** `Source id` as a column is written by people, `source_id` as it is meant. */
const toName = (column: string): string => column.trim().toLowerCase().replaceAll(' ', '_')

/** The cells of `columns` by their names, and all others as metadata. */
function split(
  row: CsvRow,
  columns: readonly string[],
): { cells: CsvRow; metadata: Record<string, string> } {
  const entries = Object.entries(row)
  const isKnown = ([column]: [string, string]) => columns.includes(toName(column))
  return {
    cells: Object.fromEntries(
      entries.filter(isKnown).map(([column, cell]) => [toName(column), cell]),
    ),
    metadata: Object.fromEntries(entries.filter((entry) => !isKnown(entry))),
  }
}

/** The product of a line (columns of the reference's template). Throws `invalid_payload`. */
export function toProductOfRow(row: CsvRow): ProductInput {
  const { cells, metadata } = split(row, PRODUCT_COLUMNS)
  if (!cells['name']) throw missing('name')
  const { attributes, ...rest } = cells
  return parseProduct({
    ...rest,
    ...(attributes && { attributes: attributes.split(',').map((name) => name.trim()) }),
    metadata,
  })
}

/** The SKU of a line; attributes are JSON, in single quotes maybe. Throws `invalid_payload`. */
export function toSkuOfRow(row: CsvRow): SkuInput & { product_id: string } {
  const { cells, metadata } = split(row, SKU_COLUMNS)
  const { attributes, product_id: productId, ...rest } = cells
  if (!productId) throw missing('product_id')
  if (!rest['source_id']) throw missing('source_id')
  const sku = parseSku({
    ...rest,
    ...(attributes && { attributes: parseAttributes(attributes) }),
    metadata,
  })
  return { ...sku, product_id: productId }
}

function parseAttributes(cell: string): unknown {
  for (const text of [cell, cell.replaceAll("'", '"')]) {
    try {
      return JSON.parse(text)
    } catch {
      // The other way of quoting, or none.
    }
  }
  throw new ApiError('invalid_payload', { details: 'Property .attributes should be a JSON object' })
}

const missing = (column: string): ApiError =>
  new ApiError('invalid_payload', { details: `Row should have required column '${column}'` })
