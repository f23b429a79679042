import { ApiError, notFound } from '../../kernel/api-error.ts'
import { invariant } from '../../kernel/assert.ts'
import { newId } from '../../kernel/ids.ts'
import type { Tx } from '../../platform/db.ts'
import type { Call } from '../context.ts'
import { findSchemas, refuseMetadata } from '../metadata-schemas/index.ts'
import { calculateProduct, calculateSku } from './calculate-item.ts'
import { refreshMembership } from './collection-items.repo.ts'
import {
  decideUpserts,
  duplicate,
  type Item,
  type ItemReference,
  type ItemRules,
  nameOf,
  type Upsert,
} from './decide-upserts.ts'
import { type ItemTable, PRODUCTS, SKUS } from './item.repo.ts'
import type { ProductInput, SkuInput } from './product.schema.ts'
import { isShipping, type Product, type Sku, toShipping } from './product.ts'

/**
 * Creates or changes the product of each input, in order (engine-programs §6.1), and puts it into the collections
 * whose filter it matches. Returns the product as its own input left it; what cannot be, or has metadata that does not
 * fit (M-3), yields its error and changes nothing. What changes nothing takes no lock.
 */
export async function upsertProducts(
  tx: Tx,
  call: Call,
  inputs: readonly ProductInput[],
): Promise<(Product | ApiError)[]> {
  return (await runProductUpserts(tx, call, inputs)).map(toOutcome)
}

/** `upsertProducts` that tells of each product too whether its input created or changed it. */
export async function runProductUpserts(
  tx: Tx,
  call: Call,
  inputs: readonly ProductInput[],
): Promise<(Upsert<Product> | ApiError)[]> {
  const refuse = await findMisfit(tx, call)
  return upsertItems(tx, call.projectId, inputs, WITH_SHIPPING, {
    type: 'product',
    create: (sourceId, input) =>
      refuse(input, 'create') ?? {
        ...calculateProduct(aNewProduct(call, sourceId), input, call.now),
        updatedAt: null,
      },
    change: (product, input) =>
      refuse(input, 'update') ?? calculateProduct(product, input, call.now),
  })
}

const refreshing =
  (table: ItemTable<Product> | ItemTable<Sku>) =>
  async (tx: Tx, { projectId }: Call, ids: readonly string[]): Promise<void> =>
    refreshMembership(tx, projectId, await table.find(tx, projectId, ids))

/** Puts products that were changed by other means into the collections whose filter they match now. */
export const refreshProducts = refreshing(PRODUCTS)
export const refreshSkus = refreshing(SKUS)

type Refuse = (input: ProductInput | SkuInput, on: 'create' | 'update') => ApiError | undefined

/** The metadata of SKUs is held against the schema of products. */
async function findMisfit(tx: Tx, { projectId }: Call): Promise<Refuse> {
  const schemas = (await findSchemas(tx, [projectId]))(projectId)
  return ({ metadata }, on) => refuseMetadata(schemas, { of: 'product', metadata, on })
}

/**
 * The same for SKUs; each input tells the id of its product. A SKU never moves to another product, and a product
 * that is deleted meanwhile is `not_found`.
 */
export async function upsertSkus(
  tx: Tx,
  call: Call,
  inputs: readonly (SkuInput & { product_id: string })[],
): Promise<(Sku | ApiError)[]> {
  const refuse = await findMisfit(tx, call)
  const productIds = [...new Set(inputs.map((input) => input.product_id))]
  let existing = new Set(productIds)
  const table: ItemTable<Sku> = {
    ...SKUS,
    async lock(_tx, projectId, references) {
      const products = await WITH_SHIPPING.lock(tx, projectId, productIds)
      existing = new Set(products.filter(({ deletedAt }) => !deletedAt).map(({ id }) => id))
      return SKUS.lock(tx, projectId, references)
    },
  }
  const upserts = await upsertItems(tx, call.projectId, inputs, table, {
    type: 'sku',
    create: (sourceId, input) =>
      existing.has(input.product_id)
        ? (refuse(input, 'create') ?? {
            ...calculateSku(aNewSku(call, sourceId, input.product_id), input, call.now),
            updatedAt: null,
          })
        : notFound('product', input.product_id),
    change: (sku, input) =>
      sku.productId === input.product_id
        ? (refuse(input, 'update') ?? calculateSku(sku, input, call.now))
        : duplicate('sku', sku.sourceId ?? sku.id),
  })
  return upserts.map(toOutcome)
}

/** The shipping product is there before anybody stored it (R-ID-02). */
const WITH_SHIPPING: ItemTable<Product> = {
  ...PRODUCTS,
  find: async (db, projectId, references) =>
    addShipping(await PRODUCTS.find(db, projectId, references), projectId, references),
  async lock(tx, projectId, references) {
    if (references.some(isShipping)) await PRODUCTS.insert(tx, [toShipping(projectId)])
    return PRODUCTS.lock(tx, projectId, references)
  },
}

/** `products`, and the shipping product where `references` name it and nobody stored it. */
function addShipping(
  products: Product[],
  projectId: string,
  references: readonly string[],
): Product[] {
  const shipping = toShipping(projectId)
  if (!references.some(isShipping) || products.some(({ id }) => id === shipping.id)) return products
  return [...products, shipping]
}

const aNewItem = (call: Call, sourceId: string | null) => ({
  projectId: call.projectId,
  sourceId,
  price: null,
  imageUrl: null,
  metadata: {},
  createdAt: call.now,
  updatedAt: null,
  deletedAt: null,
})

const aNewProduct = (call: Call, sourceId: string | null): Product => ({
  object: 'product',
  id: newId('product'),
  ...aNewItem(call, sourceId),
  name: null,
  attributes: [],
})

const aNewSku = (call: Call, sourceId: string | null, productId: string): Sku => ({
  object: 'sku',
  id: newId('sku'),
  ...aNewItem(call, sourceId),
  productId,
  sku: null,
  currency: null,
  attributes: {},
})

/** Each round but the first is caused by a rival who created, at that very moment, what we wanted to create. */
const ROUNDS_MAX = 10

async function upsertItems<I extends Product | Sku, Input extends ItemReference>(
  tx: Tx,
  projectId: string,
  inputs: readonly Input[],
  table: ItemTable<I>,
  rules: ItemRules<I, Input>,
): Promise<(Upsert<I> | ApiError)[]> {
  const references = inputs.flatMap((input) => nameOf(input) ?? [])
  const known = decideUpserts(await table.find(tx, projectId, references), inputs, rules)
  const isDone = known.every((upsert) => upsert instanceof ApiError || upsert.kind === 'unchanged')
  if (isDone) return known

  for (let round = 1; ; round += 1) {
    invariant(round <= ROUNDS_MAX, 'an item that is created and deleted again and again')
    const upserts = decideUpserts(await table.lock(tx, projectId, references), inputs, rules)
    const { created, updated } = sort(upserts)
    const inserted = await table.insert(tx, created)
    if (inserted.size < created.length) {
      // A rival was faster with one of them, and the next round decides on what is theirs now.
      table.remove(tx, projectId, [...inserted])
      continue
    }
    table.update(tx, updated)
    await refreshMembership(tx, projectId, [...created, ...updated])
    return upserts
  }
}

/** Each item that is to be stored, once, as the last wish left it. */
function sort<I extends Item>(upserts: readonly (Upsert<I> | ApiError)[]) {
  const created = new Map<string, I>()
  const updated = new Map<string, I>()
  for (const upsert of upserts) {
    if (upsert instanceof ApiError || upsert.kind === 'unchanged') continue
    const isNew = upsert.kind === 'created' || created.has(upsert.item.id)
    const target = isNew ? created : updated
    target.set(upsert.item.id, upsert.item)
  }
  return { created: [...created.values()], updated: [...updated.values()] }
}

const toOutcome = <I extends Item>(upsert: Upsert<I> | ApiError): I | ApiError =>
  upsert instanceof ApiError ? upsert : upsert.item
