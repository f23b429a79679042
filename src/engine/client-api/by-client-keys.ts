import type { Authenticate } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { findClientSettings } from './client-settings.repo.ts'
import { matchOrigin } from './match-origin.ts'

const CLIENT_ID = 'x-client-application-id'

type Headers = Parameters<Authenticate>[0]['headers']

/** Whether a request comes with the keys of a server, which no flag restricts. */
export const isFromServer = (headers: Headers): boolean =>
  headers['x-app-id'] !== undefined &&
  headers[CLIENT_ID] === undefined &&
  headers.authorization === undefined

/** `X-Client-Application-Id` and `X-Client-Token`, from a page that the project trusts (R-AUTH-02, R-AUTH-03). */
export const byClientKeys =
  ({ authentication, db }: Pick<EngineDeps, 'authentication' | 'db'>): Authenticate =>
  async ({ headers }) => {
    const { [CLIENT_ID]: appId, 'x-client-token': token, origin = '' } = headers
    if (typeof appId !== 'string' || typeof token !== 'string') return undefined
    const client = await authentication.findClient(appId, token)
    if (!client) return undefined
    const { trustedDomains } = await findClientSettings(db, client.projectId)
    return matchOrigin(String(origin), trustedDomains) ? client : undefined
  }
