import { z } from 'zod'
import { ApiError } from '../../kernel/api-error.ts'
import { inTransaction } from '../../platform/db.ts'
import { type ManagementScope, toAdmin } from '../../platform/management/index.ts'
import type { EngineDeps } from '../context.ts'
import { isTimeZone } from '../validity/index.ts'
import {
  findProjectSettings,
  lockProjectSettings,
  type ProjectSettings,
  saveProjectSettings,
} from './project-settings.ts'

const PROJECT_SETTINGS = z
  .object({
    time_zone: z
      .string()
      .describe(
        'Of days, weeks, months and hours in limits and validity, such as `Europe/Warsaw`.',
      ),
    case_sensitive_codes: z
      .boolean()
      .describe('Whether `TEN` and `ten` are two codes; fixed once the project has codes.'),
  })
  .meta({ id: 'ProjectSettings', description: 'What holds for everything redeemed in a project.' })

const toView = ({ timeZone, hasCaseSensitiveCodes }: ProjectSettings) => ({
  time_zone: timeZone,
  case_sensitive_codes: hasCaseSensitiveCodes,
})

const tags = ['Project']

/** `/api/v1/project-settings`. */
export function projectSettingsRoutes(app: ManagementScope, { db }: Pick<EngineDeps, 'db'>): void {
  app.get(
    '/api/v1/project-settings',
    {
      schema: {
        operationId: 'getProjectSettings',
        summary: 'Get the time zone of the project and whether its codes are case-sensitive',
        tags,
        response: { 200: PROJECT_SETTINGS },
      },
    },
    async (request) => {
      const { projectId } = toAdmin(request)
      const settings = (await findProjectSettings(db, [projectId])).get(projectId)
      if (!settings) throw new ApiError('not_found')
      return toView(settings)
    },
  )

  app.put(
    '/api/v1/project-settings',
    {
      schema: {
        operationId: 'changeProjectSettings',
        summary: 'Change them; what is not given stays',
        tags,
        body: PROJECT_SETTINGS.partial(),
        response: { 200: PROJECT_SETTINGS },
      },
    },
    async (request) => {
      const { projectId } = toAdmin(request)
      const { time_zone: timeZone, case_sensitive_codes: hasCaseSensitiveCodes } = request.body
      if (timeZone !== undefined && !isTimeZone(timeZone)) {
        throw new ApiError('invalid_payload', {
          details: 'Property .time_zone should be the name of a time zone, such as Europe/Warsaw',
        })
      }
      return inTransaction(db, async (tx) => {
        const stored = await lockProjectSettings(tx, projectId)
        if (!stored) throw new ApiError('not_found')
        const changed = {
          timeZone: timeZone ?? stored.timeZone,
          hasCaseSensitiveCodes: hasCaseSensitiveCodes ?? stored.hasCaseSensitiveCodes,
        }
        if (!(await saveProjectSettings(tx, projectId, changed))) {
          throw new ApiError('invalid_payload', {
            details: 'Property .case_sensitive_codes cannot be changed once the project has codes',
          })
        }
        return toView(changed)
      })
    },
  )
}
