import type { FastifyInstance } from 'fastify'
import { ApiError } from '../../kernel/api-error.ts'
import { invariant } from '../../kernel/assert.ts'
import { type Answer, command, toCall, toListView } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { listCatalog } from './catalog-list.repo.ts'
import { parseCatalogList } from './catalog-list.schema.ts'
import { deleteSku } from './delete-items.ts'
import { getProduct, getSku } from './find-items.ts'
import { parseSku } from './product.schema.ts'
import type { Sku } from './product.ts'
import { toSkuView } from './product-view.ts'
import { upsertSkus } from './upsert-items.ts'

type OfProduct = { Params: { product: string } }
type OfSku = { Params: { product: string; sku: string }; Querystring: { force?: unknown } }

/** PHP writes true as 1. */
export const isForced = ({ force }: { force?: unknown }): boolean =>
  ['true', '1'].includes(String(force))

/** `/v1/products/{productId}/skus` and `/v1/skus` (engine-programs §6.1). */
export function skuRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.get<OfProduct>('/v1/products/:product/skus', async (request) => {
    const { projectId } = toCall(request, deps)
    const list = parseCatalogList(request.query)
    const { id } = await getProduct(deps.db, projectId, request.params.product)
    const { items, total } = await listCatalog(deps.db, projectId, { skusOf: id }, list)
    const skus = items.filter((item) => item.object === 'sku')
    return toListView('skus', skus.map(toSkuView), total)
  })

  app.post<OfProduct>('/v1/products/:product/skus', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const input = parseSku(request.body)
      const product = await getProduct(tx, call.projectId, request.params.product)
      return show(await upsertSkus(tx, call, [{ ...input, product_id: product.id }]))
    }),
  )

  app.get<OfSku>('/v1/products/:product/skus/:sku', async (request) => {
    const { projectId } = toCall(request, deps)
    const { product, sku } = request.params
    const { id } = await getProduct(deps.db, projectId, product)
    return toSkuView(await getSku(deps.db, projectId, sku, id))
  })

  app.put<OfSku>('/v1/products/:product/skus/:sku', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const input = parseSku(request.body)
      const { projectId } = call
      const product = await getProduct(tx, projectId, request.params.product)
      const { id } = await getSku(tx, projectId, request.params.sku, product.id)
      return show(await upsertSkus(tx, call, [{ ...input, id, product_id: product.id }]))
    }),
  )

  app.delete<OfSku>('/v1/products/:product/skus/:sku', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const { product, sku: reference } = request.params
      const { id: productId } = await getProduct(tx, call.projectId, product)
      await deleteSku(tx, call, { productId, reference }, isForced(request.query))
      return { status: 204, body: undefined }
    }),
  )

  app.get<{ Params: { sku: string } }>('/v1/skus/:sku', async (request) =>
    toSkuView(await getSku(deps.db, toCall(request, deps).projectId, request.params.sku)),
  )
}

function show([sku]: readonly (Sku | ApiError)[]): Answer {
  if (sku instanceof ApiError) throw sku
  invariant(sku, 'an upsert without an outcome')
  return { status: 200, body: toSkuView(sku) }
}
