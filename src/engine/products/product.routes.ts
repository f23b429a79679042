import type { FastifyInstance } from 'fastify'
import { ApiError } from '../../kernel/api-error.ts'
import { invariant } from '../../kernel/assert.ts'
import type { Db } from '../../platform/db.ts'
import { type Answer, command, toCall, toListView } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { catalogBulkRoutes } from './bulk.routes.ts'
import { listCatalog } from './catalog-list.repo.ts'
import { parseCatalogList } from './catalog-list.schema.ts'
import { deleteProduct } from './delete-items.ts'
import { getProduct } from './find-items.ts'
import { parseProduct } from './product.schema.ts'
import type { Product } from './product.ts'
import { toProductViews } from './product-view.ts'
import { isForced, skuRoutes } from './sku.routes.ts'
import { upsertProducts } from './upsert-items.ts'

/** A path names a product by id or `source_id` (W-4). */
type OfProduct = { Params: { product: string }; Querystring: { force?: unknown } }

/** `/v1/products` and `/v1/skus` (engine-programs §6.1). */
export function productRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.get('/v1/products', async (request) => {
    const { projectId } = toCall(request, deps)
    const list = parseCatalogList(request.query)
    const { items, total } = await listCatalog(deps.db, projectId, { products: true }, list)
    const products = items.filter((item) => item.object === 'product')
    return toListView('products', await toProductViews(deps.db, projectId, products), total)
  })

  app.post('/v1/products', (request, reply) =>
    command(deps, request, reply, async (tx, call) =>
      show(tx, await upsertProducts(tx, call, [parseProduct(request.body)])),
    ),
  )

  app.get<OfProduct>('/v1/products/:product', async (request) => {
    const { projectId } = toCall(request, deps)
    const product = await getProduct(deps.db, projectId, request.params.product)
    const [view] = await toProductViews(deps.db, projectId, [product])
    return view
  })

  app.put<OfProduct>('/v1/products/:product', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const input = parseProduct(request.body)
      const { id } = await getProduct(tx, call.projectId, request.params.product)
      return show(tx, await upsertProducts(tx, call, [{ ...input, id }]))
    }),
  )

  app.delete<OfProduct>('/v1/products/:product', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      await deleteProduct(tx, call, request.params.product, isForced(request.query))
      return { status: 204, body: undefined }
    }),
  )

  skuRoutes(app, deps)
  catalogBulkRoutes(app, deps)
}

async function show(db: Db, [product]: readonly (Product | ApiError)[]): Promise<Answer> {
  if (product instanceof ApiError) throw product
  invariant(product, 'an upsert without an outcome')
  const [view] = await toProductViews(db, product.projectId, [product])
  return { status: 200, body: view }
}
