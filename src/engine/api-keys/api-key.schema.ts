import { z } from 'zod'
import { toIso } from '../../kernel/time.ts'
import { LIMITS } from '../../platform/limits.ts'
import { TIMESTAMP } from '../../platform/management/index.ts'
import type { ApiKey } from './api-key.ts'

const KEY = {
  app_id: z.string().describe('Its id, as `X-App-Id` or `X-Client-Application-Id` sends it.'),
  name: z.string(),
  kind: z.enum(['application', 'integration', 'client']),
  role: z
    .enum(['ADMIN', 'VIEWER', 'MERCHANT'])
    .nullable()
    .describe('Null for client keys: the client settings say what they open.'),
  created_at: TIMESTAMP,
}

export const KEY_VIEW = z
  .object(KEY)
  .meta({ id: 'ApiKey', description: 'A key of the project, without its token.' })

export const NEW_KEY_VIEW = z
  .object({ ...KEY, app_token: z.string().describe('Its token, told this once.') })
  .meta({ id: 'NewApiKey', description: 'A key of the project with its token.' })

export const KEY_LIST = z.object({ data: z.array(KEY_VIEW) })

export const NEW_KEY = z
  .strictObject({
    name: z.string().trim().min(1).max(LIMITS.nameLengthMax).describe('For people.'),
    kind: KEY.kind.describe(
      'Of an application, of another system that is integrated, or of web pages.',
    ),
    role: z
      .enum(['ADMIN', 'VIEWER', 'MERCHANT'])
      .optional()
      .describe(
        '`ADMIN` (the default) may do everything, `MERCHANT` everything but `POST /v1/validations` and `POST /v1/redemptions`, `VIEWER` only read. Not of client keys.',
      ),
  })
  .refine(({ kind, role }) => kind !== 'client' || role === undefined, {
    path: ['role'],
    error: 'a client key has no role: the client settings say what it opens',
  })

export const toKeyView = (key: ApiKey): z.infer<typeof KEY_VIEW> => ({
  app_id: key.appId,
  name: key.name,
  kind: key.kind,
  role: key.role,
  created_at: toIso(key.createdAt),
})
