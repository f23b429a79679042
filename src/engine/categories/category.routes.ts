import type { FastifyInstance } from 'fastify'
import { notFound } from '../../kernel/api-error.ts'
import { newId } from '../../kernel/ids.ts'
import { LIMITS } from '../../platform/limits.ts'
import { command, compileBodyCheck, isTrue, parsePage, toCall, toListView } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { releaseCategory } from '../stacking-rules/index.ts'
import {
  deleteCategory,
  findCategories,
  insertCategory,
  listCategories,
  lockCategory,
  updateCategory,
} from './category.repo.ts'
import { type Category, toCategoryView } from './category.ts'

type OfId = { Params: { id: string } }
type OfList = { Querystring: { limit?: unknown; page?: unknown } }
type OfDelete = OfId & { Querystring: { remove_from_stacking_rules?: unknown } }

const HIERARCHY_MAX = 2_147_483_647

export const CATEGORY_BODY = {
  type: 'object',
  required: ['name', 'hierarchy'],
  properties: {
    name: { type: 'string', minLength: 1, maxLength: LIMITS.nameLengthMax },
    hierarchy: { type: 'integer', minimum: 0, maximum: HIERARCHY_MAX },
  },
}

const checkBody = compileBodyCheck<{ name: string; hierarchy: number }>(CATEGORY_BODY)

/** `/v1/categories` (engine-core §10.1). The reference knows no pages of it: without any, the list is whole. */
export function categoryRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.get<OfList>('/v1/categories', async (request) => {
    const { limit, page } = request.query
    const isPaged = limit !== undefined || page !== undefined
    const { categories, total } = await listCategories(
      deps.db,
      toCall(request, deps).projectId,
      isPaged ? parsePage(request.query) : undefined,
    )
    return toListView(
      'data',
      categories.map((category) => toCategoryView(category)),
      total,
    )
  })

  app.post('/v1/categories', (request, reply) =>
    command(deps, request, reply, async (tx, { projectId, now }) => {
      const { name, hierarchy } = checkBody(request.body)
      const times = { createdAt: now, updatedAt: null }
      const category: Category = { id: newId('category'), projectId, name, hierarchy, ...times }
      await insertCategory(tx, category)
      return { status: 200, body: toCategoryView(category) }
    }),
  )

  app.get<OfId>('/v1/categories/:id', async (request) => {
    const { id } = request.params
    const [category] = await findCategories(deps.db, toCall(request, deps).projectId, [id])
    if (!category) throw notFound('category', id)
    return toCategoryView(category)
  })

  app.put<OfId>('/v1/categories/:id', (request, reply) =>
    command(deps, request, reply, async (tx, { projectId, now }) => {
      const { id } = request.params
      const { name, hierarchy } = checkBody(request.body)
      const category = await lockCategory(tx, projectId, id)
      if (!category) throw notFound('category', id)
      const changed: Category = { ...category, name, hierarchy, updatedAt: now }
      await updateCategory(tx, changed)
      return { status: 200, body: toCategoryView(changed) }
    }),
  )

  app.delete<OfDelete>('/v1/categories/:id', (request, reply) =>
    command(deps, request, reply, async (tx, { projectId, now }) => {
      const { id } = request.params
      if (!(await lockCategory(tx, projectId, id))) throw notFound('category', id)
      const isWanted = isTrue(request.query.remove_from_stacking_rules)
      await releaseCategory(tx, { projectId, id }, { isWanted, now })
      await deleteCategory(tx, id)
      return { status: 204, body: undefined }
    }),
  )
}
