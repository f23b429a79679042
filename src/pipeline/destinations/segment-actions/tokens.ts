import { type JsonObject, withoutUndefined } from '../../../kernel/json.ts'
import type { FieldDefinitions } from '../../fields/index.ts'
import type { Settings } from '../definition.ts'
import type { ForeignTokens } from './foreign.ts'

const secret = (label: string, description: string) =>
  ({ label, description, type: 'password' }) as const

const ACCESS_TOKEN = {
  oauth_access_token: secret(
    'Access Token',
    'The OAuth token that requests carry. It is renewed when the destination no longer takes it.',
  ),
}
const CLIENT = {
  oauth_client_id: secret('Client ID', 'The id of your OAuth application.'),
  oauth_client_secret: secret('Client Secret', 'The secret of your OAuth application.'),
}

const ALL: FieldDefinitions = {
  ...ACCESS_TOKEN,
  oauth_refresh_token: secret('Refresh Token', 'The OAuth token that gets new access tokens.'),
  ...CLIENT,
}

/**
 * The settings that stand for what Segment keeps of OAuth, by authentication scheme (§6.1). There is no door
 * for the consent of a person, so tokens come from the application of whoever sets a destination up.
 */
const BY_SCHEME: Record<string, FieldDefinitions> = {
  oauth2: ALL,
  'oauth-managed': ALL,
  'oauth2-client-credentials': { ...ACCESS_TOKEN, ...CLIENT },
}

/** The settings of OAuth that a definition of `scheme` has; undefined when it has none. */
export const oauthSettings = (scheme: string | undefined): FieldDefinitions | undefined =>
  scheme !== undefined && Object.hasOwn(BY_SCHEME, scheme) ? BY_SCHEME[scheme] : undefined

const toText = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

export const tokensOf = (settings: Settings): ForeignTokens => ({
  accessToken: toText(settings['oauth_access_token']),
  refreshToken: toText(settings['oauth_refresh_token']),
  clientId: toText(settings['oauth_client_id']),
  clientSecret: toText(settings['oauth_client_secret']),
})

/** The settings that keep renewed tokens; a token that was not renewed stays as it is. */
export const settingsOf = ({ accessToken, refreshToken }: ForeignTokens): Settings =>
  withoutUndefined({
    oauth_access_token: accessToken,
    oauth_refresh_token: refreshToken,
  }) as Settings

/** The settings as foreign code knows them. */
export const withoutTokens = (settings: Settings): JsonObject =>
  Object.fromEntries(Object.entries(settings).filter(([key]) => !Object.hasOwn(ALL, key)))
