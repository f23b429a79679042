import type { ApiError } from '../../kernel/api-error.ts'
import { type ProjectSchemas, refuseAny, type Written } from '../metadata-schemas/index.ts'
import type { ItemObjectInput, OrderInput, OrderItemInput } from './order.schema.ts'

/**
 * Why the metadata that a request writes of an order, of its items and of the products it overrides does not fit (M-3);
 * undefined when it does. Items are always new: they replace those that were stored.
 */
export function refuseOrderMetadata(
  schemas: ProjectSchemas,
  { metadata, items }: OrderInput,
  { isNew }: { isNew: boolean },
): ApiError | undefined {
  if (schemas.ofObjects.size === 0) return undefined
  return refuseAny(schemas, [
    { of: 'order', metadata, on: isNew ? 'create' : 'update' },
    ...(items ?? []).flatMap(writtenOfItem),
  ])
}

const writtenOfItem = ({ metadata, product, sku }: OrderItemInput): Written[] => [
  { of: 'order_item', metadata, on: 'create' },
  ...[product, sku].flatMap(writtenOfCatalog),
]

const writtenOfCatalog = (object: ItemObjectInput | null | undefined): Written[] =>
  object?.override === true ? [{ of: 'product', metadata: object.metadata, on: 'update' }] : []
