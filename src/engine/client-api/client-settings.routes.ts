import { inTransaction } from '../../platform/db.ts'
import { type ManagementScope, toAdmin } from '../../platform/management/index.ts'
import type { EngineDeps } from '../context.ts'
import {
  findClientSettings,
  lockClientSettings,
  saveClientSettings,
} from './client-settings.repo.ts'
import {
  CLIENT_SETTINGS_CHANGES,
  CLIENT_SETTINGS_VIEW,
  toChangedSettings,
  toClientSettingsView,
} from './client-settings.schema.ts'

const tags = ['Client-side API']

/** `/api/v1/client-settings`: what web pages may do with the client keys of the project (R-AUTH-07). */
export function clientSettingsRoutes(
  app: ManagementScope,
  { db, clock }: Pick<EngineDeps, 'db' | 'clock'>,
): void {
  app.get(
    '/api/v1/client-settings',
    {
      schema: {
        operationId: 'getClientSettings',
        summary: 'Get what the client-side API allows',
        tags,
        response: { 200: CLIENT_SETTINGS_VIEW },
      },
    },
    async (request) =>
      toClientSettingsView(await findClientSettings(db, toAdmin(request).projectId)),
  )

  app.patch(
    '/api/v1/client-settings',
    {
      schema: {
        operationId: 'updateClientSettings',
        summary: 'Change what the client-side API allows; it holds at once',
        tags,
        body: CLIENT_SETTINGS_CHANGES,
        response: { 200: CLIENT_SETTINGS_VIEW },
      },
    },
    async (request) => {
      const { projectId } = toAdmin(request)
      return inTransaction(db, async (tx) => {
        const settings = await lockClientSettings(tx, projectId)
        const changed = toChangedSettings(settings, request.body)
        await saveClientSettings(tx, projectId, { ...changed, now: clock.now() })
        return toClientSettingsView(changed)
      })
    },
  )
}
