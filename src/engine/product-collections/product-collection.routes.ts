import type { FastifyInstance } from 'fastify'
import type { Json } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import { command, parseOrder, parsePage, toCall, toListView } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import {
  listCatalog,
  lockCollections,
  parseCatalogList,
  refuseInUse,
  toCatalogViews,
} from '../products/index.ts'
import {
  COLLECTION_ORDER,
  deleteCollectionRow,
  getCollection,
  listCollections,
} from './product-collection.repo.ts'
import { parseCollection } from './product-collection.schema.ts'
import type { ProductCollection, StaticItem } from './product-collection.ts'
import { storeCollection } from './save-collection.ts'

type OfId = { Params: { id: string } }

/** `/v1/product-collections` (engine-programs §6.2). */
export function productCollectionRoutes(app: FastifyInstance, deps: EngineDeps): void {
  const url = '/v1/product-collections'
  app.get(url, async (request) => {
    const { order } = request.query as { order?: unknown }
    const { collections, total } = await listCollections(deps.db, toCall(request, deps).projectId, {
      page: parsePage(request.query),
      order: parseOrder(order, COLLECTION_ORDER, { column: 'created_at', direction: 'desc' }),
    })
    return toListView('data', collections.map(toCollectionView), total)
  })

  app.post(url, (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const collection = await storeCollection(tx, call, parseCollection(request.body))
      return { status: 200, body: toCollectionView(collection) }
    }),
  )

  app.get<OfId>(`${url}/:id`, async (request) => {
    const { projectId } = toCall(request, deps)
    return toCollectionView(await getCollection(deps.db, projectId, request.params.id))
  })

  app.put<OfId>(`${url}/:id`, (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const input = parseCollection(request.body)
      const collection = await storeCollection(tx, call, input, request.params.id)
      return { status: 200, body: toCollectionView(collection) }
    }),
  )

  app.delete<OfId>(`${url}/:id`, (request, reply) =>
    command(deps, request, reply, async (tx, { projectId }) => {
      await lockCollections(tx, projectId)
      const { id } = await getCollection(tx, projectId, request.params.id)
      await refuseInUse(tx, projectId, { type: 'products_collection', id })
      deleteCollectionRow(tx, projectId, id)
      return { status: 204, body: undefined }
    }),
  )

  app.get<OfId>(`${url}/:id/products`, async (request) => {
    const { projectId } = toCall(request, deps)
    const list = parseCatalogList(request.query)
    const { id } = await getCollection(deps.db, projectId, request.params.id)
    const { items, total } = await listCatalog(deps.db, projectId, { inCollection: id }, list)
    return toListView('data', await toCatalogViews(deps.db, projectId, items), total)
  })
}

const toCollectionView = ({ id, name, content, createdAt }: ProductCollection) => ({
  id,
  name,
  type: content.type,
  ...(content.type === 'STATIC'
    ? { products: content.items.map(toItemView) }
    : { filter: content.filter }),
  created_at: toIso(createdAt),
  object: 'products_collection',
})

const toItemView = ({ object, id, productId }: StaticItem): { [key: string]: Json } => ({
  id,
  ...(productId !== null && { product_id: productId }),
  object,
})
