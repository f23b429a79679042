import { inTransaction } from '../../platform/db.ts'
import {
  listQuery,
  type ManagementScope,
  NOTHING,
  pageOf,
  parseCursor,
  toAdmin,
  toPage,
} from '../../platform/management/index.ts'
import type { PipelineDeps } from '../context.ts'
import { addWriteKey, removeWriteKey } from './change-write-keys.ts'
import { getSource } from './source.repo.ts'
import {
  NEW_WRITE_KEY,
  SOURCE_PARAMS,
  toWriteKeyView,
  WRITE_KEY_CURSOR,
  WRITE_KEY_PARAMS,
  WRITE_KEY_VIEW,
} from './source.schema.ts'
import { listWriteKeys } from './write-key.repo.ts'

type WriteKeyDeps = Pick<PipelineDeps, 'db' | 'clock'>

const tags = ['Sources']

/** `/api/v1/sources/:id/write-keys`: several at once, so that a key can be replaced without a gap. */
export function writeKeyRoutes(app: ManagementScope, deps: WriteKeyDeps): void {
  listRoute(app, deps)
  changeRoutes(app, deps)
}

function listRoute(app: ManagementScope, { db }: WriteKeyDeps): void {
  app.get(
    '/api/v1/sources/:id/write-keys',
    {
      schema: {
        operationId: 'listWriteKeys',
        summary: 'List the write keys of a source, oldest first',
        tags,
        params: SOURCE_PARAMS,
        querystring: listQuery({}),
        response: { 200: pageOf(WRITE_KEY_VIEW).describe('A page of write keys.') },
      },
    },
    async (request) => {
      const source = await getSource(db, toAdmin(request).projectId, request.params.id)
      const { limit, starting_after } = request.query
      const after = parseCursor(starting_after, WRITE_KEY_CURSOR)
      const rows = await listWriteKeys(db, { sourceId: source.id, limit: limit + 1, after })
      const { data, next } = toPage(rows, limit, (row) => [row.createdAt.getTime(), row.key])
      return { data: data.map(toWriteKeyView), next }
    },
  )
}

function changeRoutes(app: ManagementScope, { db, clock }: WriteKeyDeps): void {
  app.post(
    '/api/v1/sources/:id/write-keys',
    {
      schema: {
        operationId: 'addWriteKey',
        summary: 'Give a source one more write key',
        tags,
        params: SOURCE_PARAMS,
        body: NEW_WRITE_KEY,
        response: { 200: WRITE_KEY_VIEW },
      },
    },
    async (request) => {
      const { projectId } = toAdmin(request)
      const wish = {
        projectId,
        sourceId: request.params.id,
        key: request.body.key,
        now: clock.now(),
      }
      return toWriteKeyView(await inTransaction(db, (tx) => addWriteKey(tx, wish)))
    },
  )

  app.delete(
    '/api/v1/sources/:id/write-keys/:key',
    {
      schema: {
        operationId: 'removeWriteKey',
        summary: 'Take a write key from a source; the last one stays',
        tags,
        params: WRITE_KEY_PARAMS,
        response: { 204: NOTHING },
      },
    },
    async (request, reply) => {
      const { projectId } = toAdmin(request)
      const { id, key } = request.params
      await inTransaction(db, (tx) => removeWriteKey(tx, { projectId, sourceId: id, key }))
      return reply.status(204).send()
    },
  )
}
