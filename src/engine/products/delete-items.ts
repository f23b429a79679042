import { ApiError, notFound } from '../../kernel/api-error.ts'
import { statement, type Tx } from '../../platform/db.ts'
import type { Call } from '../context.ts'
import { forgetItems, refreshMembership } from './collection-items.repo.ts'
import { type ItemTable, PRODUCTS, SKUS } from './item.repo.ts'
import { type Product, SHIPPING, type Sku } from './product.ts'

const IN_USE = statement(
  'find_rules_that_name',
  `select id from validation_rule
    where project_id = $1
      and (strpos(rules::text, $2) > 0 or strpos(coalesce(applicable_to::text, ''), $2) > 0
        or strpos(coalesce(bundle_rules::text, ''), $2) > 0)
    order by id limit 10`,
)

/** Throws `resource_in_use` when a validation rule names the object (engine-core §3.2). */
export async function refuseInUse(
  tx: Tx,
  projectId: string,
  resource: { type: 'product' | 'sku' | 'products_collection'; id: string },
): Promise<void> {
  const rules = await tx.run<{ id: string }>(IN_USE, [projectId, JSON.stringify(resource.id)])
  if (rules.length === 0) return
  const ids = rules.map(({ id }) => id).join(', ')
  throw new ApiError('resource_in_use', {
    // The reference spells it so.
    details: `Resource ${resource.type} with id ${resource.id} is in use by validation_ruless with ids [${ids}]`,
    resource,
  })
}

const BIN_SKUS = statement(
  'bin_skus',
  `update sku set deleted_at = $3
    where project_id = $1 and (id = $2 or product_id = $2) and deleted_at is null`,
)
const BIN_PRODUCT = statement(
  'bin_product',
  'update product set deleted_at = $3 where project_id = $1 and id = $2',
)

/**
 * Puts a product with its SKUs into the bin, or deletes them for good, also out of the bin. Throws `not_found`,
 * `resource_in_use`, and `resource_protected` for the shipping product.
 */
export async function deleteProduct(
  tx: Tx,
  call: Call,
  reference: string,
  isForced: boolean,
): Promise<void> {
  const product = await lockItem(tx, call.projectId, PRODUCTS, reference, isForced)
  if (product.id === SHIPPING.id) {
    throw new ApiError('resource_protected', {
      details: `Resource product with id ${product.id} is protected and cannot be modified`,
      resource: { type: 'product', id: product.id },
    })
  }
  await refuseInUse(tx, call.projectId, { type: 'product', id: product.id })
  if (isForced) return purgeProduct(tx, product)
  tx.send(BIN_SKUS, [call.projectId, product.id, call.now])
  tx.send(BIN_PRODUCT, [call.projectId, product.id, call.now])
  await refreshMembership(tx, call.projectId, [product])
}

/** The same for a SKU of the product with id `productId`. */
export async function deleteSku(
  tx: Tx,
  call: Call,
  { productId, reference }: { productId: string; reference: string },
  isForced: boolean,
): Promise<void> {
  await PRODUCTS.lock(tx, call.projectId, [productId])
  const sku = await lockItem(tx, call.projectId, SKUS, reference, isForced)
  if (sku.productId !== productId) throw notFound('sku', reference)
  await refuseInUse(tx, call.projectId, { type: 'sku', id: sku.id })
  if (isForced) return purgeSku(tx, sku)
  tx.send(BIN_SKUS, [call.projectId, sku.id, call.now])
  await refreshMembership(tx, call.projectId, [sku])
}

async function lockItem<Item extends Product | Sku>(
  tx: Tx,
  projectId: string,
  table: ItemTable<Item>,
  reference: string,
  mayBeBinned: boolean,
): Promise<Item> {
  const items = await table.lock(tx, projectId, [reference])
  const item = items.find(({ id }) => id === reference) ?? items[0]
  if (!item || (item.deletedAt && !mayBeBinned)) throw notFound(table.type, reference)
  return item
}

const SKU_IDS = statement(
  'find_sku_ids_of_product',
  'select id from sku where project_id = $1 and product_id = $2',
)

/** Deletes a locked product for good, with its SKUs. */
export async function purgeProduct(tx: Tx, { projectId, id }: Product): Promise<void> {
  const skus = await tx.run<{ id: string }>(SKU_IDS, [projectId, id])
  PRODUCTS.remove(tx, projectId, [id])
  forgetItems(tx, projectId, [id, ...skus.map((sku) => sku.id)])
}

/** Deletes a locked SKU for good. */
export async function purgeSku(tx: Tx, sku: Sku): Promise<void> {
  SKUS.remove(tx, sku.projectId, [sku.id])
  forgetItems(tx, sku.projectId, [sku.id])
  await refreshMembership(tx, sku.projectId, [sku])
}
