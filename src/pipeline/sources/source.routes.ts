import { notFound } from '../../kernel/api-error.ts'
import { inTransaction } from '../../platform/db.ts'
import {
  CREATED_CURSOR,
  listQuery,
  type ManagementScope,
  NOTHING,
  pageOf,
  parseCursor,
  toAdmin,
  toPage,
} from '../../platform/management/index.ts'
import type { PipelineDeps } from '../context.ts'
import { createSource } from './create-source.ts'
import { deleteSource, getSource, listSources, updateSource } from './source.repo.ts'
import {
  CATALOG_ENTRY_VIEW,
  NEW_SOURCE,
  SOURCE_CHANGES,
  SOURCE_PARAMS,
  SOURCE_VIEW,
  toCatalogEntryView,
  toSourceView,
} from './source.schema.ts'
import { SOURCE_CATALOG } from './source-catalog.ts'
import { writeKeyRoutes } from './write-key.routes.ts'

export type SourceDeps = Pick<PipelineDeps, 'db' | 'clock'>

const tags = ['Sources']

/** `/api/v1/catalog/sources` and `/api/v1/sources` with their write keys (pipeline §11.2). */
export function sourceRoutes(app: ManagementScope, deps: SourceDeps): void {
  readRoutes(app, deps)
  changeRoutes(app, deps)
  deleteRoute(app, deps)
  writeKeyRoutes(app, deps)
}

function readRoutes(app: ManagementScope, { db }: SourceDeps): void {
  app.get(
    '/api/v1/catalog/sources',
    {
      schema: {
        operationId: 'listSourceCatalog',
        summary: 'List the kinds of sources',
        tags: ['Catalog'],
        response: { 200: pageOf(CATALOG_ENTRY_VIEW).describe('Every kind of source.') },
      },
    },
    async () => ({ data: SOURCE_CATALOG.map(toCatalogEntryView), next: null }),
  )

  app.get(
    '/api/v1/sources',
    {
      schema: {
        operationId: 'listSources',
        summary: 'List sources, newest first',
        tags,
        querystring: listQuery({}),
        response: { 200: pageOf(SOURCE_VIEW).describe('A page of sources.') },
      },
    },
    async (request) => {
      const { projectId } = toAdmin(request)
      const { limit, starting_after } = request.query
      const after = parseCursor(starting_after, CREATED_CURSOR)
      const rows = await listSources(db, { projectId, limit: limit + 1, after })
      const { data, next } = toPage(rows, limit, (row) => [row.createdAt.getTime(), row.id])
      return { data: data.map(toSourceView), next }
    },
  )

  app.get(
    '/api/v1/sources/:id',
    {
      schema: {
        operationId: 'getSource',
        summary: 'Get a source',
        tags,
        params: SOURCE_PARAMS,
        response: { 200: SOURCE_VIEW },
      },
    },
    async (request) => {
      const { projectId } = toAdmin(request)
      return toSourceView(await getSource(db, projectId, request.params.id))
    },
  )
}

function changeRoutes(app: ManagementScope, { db, clock }: SourceDeps): void {
  app.post(
    '/api/v1/sources',
    {
      schema: {
        operationId: 'createSource',
        summary: 'Create a source with a write key',
        tags,
        body: NEW_SOURCE,
        response: { 200: SOURCE_VIEW },
      },
    },
    async (request) => {
      const { projectId } = toAdmin(request)
      const { nickname, catalog, write_key } = request.body
      const wish = { projectId, nickname, catalog, writeKey: write_key, now: clock.now() }
      return toSourceView(await inTransaction(db, (tx) => createSource(tx, wish)))
    },
  )

  app.patch(
    '/api/v1/sources/:id',
    {
      schema: {
        operationId: 'updateSource',
        summary: 'Rename, enable or disable a source',
        tags,
        params: SOURCE_PARAMS,
        body: SOURCE_CHANGES,
        response: { 200: SOURCE_VIEW },
      },
    },
    async (request) => {
      const { projectId } = toAdmin(request)
      const { nickname, enabled } = request.body
      const changes = { nickname, isEnabled: enabled, updatedAt: clock.now() }
      const { id } = request.params
      return inTransaction(db, async (tx) => {
        if (!(await updateSource(tx, projectId, id, changes))) throw notFound('source', id)
        return toSourceView(await getSource(tx, projectId, id))
      })
    },
  )
}

function deleteRoute(app: ManagementScope, { db }: SourceDeps): void {
  app.delete(
    '/api/v1/sources/:id',
    {
      schema: {
        operationId: 'deleteSource',
        summary: 'Delete a source with its write keys and destinations',
        tags,
        params: SOURCE_PARAMS,
        response: { 204: NOTHING },
      },
    },
    async (request, reply) => {
      const { projectId } = toAdmin(request)
      const { id } = request.params
      if (!(await deleteSource(db, projectId, id))) throw notFound('source', id)
      return reply.status(204).send()
    },
  )
}
