import { inTransaction } from '../../platform/db.ts'
import {
  idParams,
  type ManagementScope,
  NOTHING,
  toAdmin,
} from '../../platform/management/index.ts'
import type { EngineDeps } from '../context.ts'
import { listApiKeys } from './api-key.repo.ts'
import { KEY_LIST, NEW_KEY, NEW_KEY_VIEW, toKeyView } from './api-key.schema.ts'
import { createApiKey, revokeApiKey } from './change-api-keys.ts'

const tags = ['Keys']

/** `/api/v1/keys`: with what applications, integrations and web pages open the engine's API. */
export function apiKeyRoutes(
  app: ManagementScope,
  { db, clock, vault }: Pick<EngineDeps, 'db' | 'clock' | 'vault'>,
): void {
  app.get(
    '/api/v1/keys',
    {
      schema: {
        operationId: 'listKeys',
        summary: 'List the keys of the project, without their tokens',
        tags,
        response: { 200: KEY_LIST },
      },
    },
    async (request) => ({
      data: (await listApiKeys(db, toAdmin(request).projectId)).map(toKeyView),
    }),
  )

  app.post(
    '/api/v1/keys',
    {
      schema: {
        operationId: 'createKey',
        summary: 'Create a key; its token is answered this once',
        tags,
        body: NEW_KEY,
        response: { 200: NEW_KEY_VIEW },
      },
    },
    async (request) => {
      const { projectId } = toAdmin(request)
      const { name, kind, role = 'ADMIN' } = request.body
      const wish = { projectId, name, kind, role: kind === 'client' ? null : role }
      const made = { vault, now: clock.now() }
      const { key, token } = await inTransaction(db, (tx) => createApiKey(tx, wish, made))
      return { ...toKeyView(key), app_token: token }
    },
  )

  app.delete(
    '/api/v1/keys/:id',
    {
      schema: {
        operationId: 'revokeKey',
        summary: 'Revoke a key; it opens nothing within a few seconds',
        tags,
        params: idParams('The `app_id` of a key.'),
        response: { 204: NOTHING },
      },
    },
    async (request, reply) => {
      const { projectId } = toAdmin(request)
      await inTransaction(db, (tx) => revokeApiKey(tx, { projectId, appId: request.params.id }))
      return reply.status(204).send()
    },
  )
}
