import { ApiError, notFound } from '../../kernel/api-error.ts'
import { newId } from '../../kernel/ids.ts'
import type { Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { Call } from '../context.ts'
import {
  type CollectionItem,
  fillCollection,
  findCatalogEntries,
  lockCollections,
} from '../products/index.ts'
import { countCollections, getCollection, saveCollection } from './product-collection.repo.ts'
import type { CollectionInput, ItemInput } from './product-collection.schema.ts'
import type { ProductCollection } from './product-collection.ts'

/**
 * Creates a collection, or makes the one with `id` what `input` says. Throws `not_found` for an unknown product or
 * SKU, and `collection_limit_reached` (PC-1).
 */
export async function storeCollection(
  tx: Tx,
  call: Call,
  { name, content }: CollectionInput,
  id?: string,
): Promise<ProductCollection> {
  const { projectId, now } = call
  await lockCollections(tx, projectId)
  const stored = id === undefined ? undefined : await getCollection(tx, projectId, id)
  if (!stored) await refuseOneTooMany(tx, projectId)

  const items = content.type === 'STATIC' ? await resolveItems(tx, projectId, content.items) : []
  const collectionId = stored?.id ?? newId('productCollection')
  await saveCollection(tx, projectId, {
    id: collectionId,
    name,
    content,
    createdAt: stored?.createdAt ?? now,
    updatedAt: stored ? now : null,
  })
  const held = content.type === 'STATIC' ? { items } : { filter: content.filter }
  await fillCollection(tx, projectId, { id: collectionId, ...held })
  return getCollection(tx, projectId, collectionId)
}

async function refuseOneTooMany(tx: Tx, projectId: string): Promise<void> {
  if ((await countCollections(tx, projectId)) < LIMITS.collectionsPerProjectMax) return
  throw new ApiError('collection_limit_reached', {
    details: `A project has at most ${LIMITS.collectionsPerProjectMax} product collections`,
  })
}

async function resolveItems(
  tx: Tx,
  projectId: string,
  items: readonly ItemInput[],
): Promise<CollectionItem[]> {
  const entries = await findCatalogEntries(
    tx,
    items.map(({ object, id }) => ({ projectId, object, id })),
  )
  return items.map(({ object, id }, index) => {
    const entry = entries[index]
    const itemId = object === 'sku' ? entry?.skuId : entry?.productId
    if (!itemId) throw notFound(object, id)
    return { object, id: itemId }
  })
}
