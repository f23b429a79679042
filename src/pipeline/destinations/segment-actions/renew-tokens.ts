import type { JsonObject } from '../../../kernel/json.ts'
import type { Send } from '../../../platform/http/index.ts'
import type { Performance, Performed, Settings } from '../definition.ts'
import type { Foreign, ForeignTokens } from './foreign.ts'
import { clientFor } from './perform.ts'
import { isUnauthorized } from './to-performed.ts'
import { oauthSettings, settingsOf, tokensOf } from './tokens.ts'

/** Gets new tokens from the destination's own door. */
type Refresh = (tokens: ForeignTokens) => Promise<ForeignTokens>

/** The door did not open; as 401, which only the owner of the destination can mend. */
class RefreshError extends Error {
  override readonly name = 'RefreshError'
  readonly status = 401
}

/** How a destination with `settings` gets new tokens; undefined when it has no OAuth or no way to (§6.7). */
export function refreshOf(foreign: Foreign, send: Send, settings: JsonObject): Refresh | undefined {
  const { scheme, refreshAccessToken } = foreign.definition.authentication ?? {}
  if (!refreshAccessToken || !oauthSettings(scheme)) return undefined
  return async (tokens) => {
    // Requests for tokens carry none: the published framework has only these here, too.
    const client = clientFor(foreign, send, { settings: { ...settings }, auth: {} })
    const bundle = { settings: { ...settings }, auth: { ...tokens } }
    const renewed = await refreshAccessToken(client, bundle)
    if (!renewed) throw new RefreshError('Failed to refresh access token')
    return renewed as ForeignTokens
  }
}

type Renewal = {
  made: Promise<ForeignTokens>
  /** What came of it; undefined while it is under way. */
  tokens?: ForeignTokens
}

/**
 * The last renewal under settings that calls under way still have. All of these share it: a refresh token can
 * often be used only once.
 */
const renewals = new WeakMap<Settings, Renewal>()

/**
 * Runs `attempt` with the tokens of the settings; when the destination says 401 to any of its calls, gets new
 * ones, keeps them and runs it once more (§6.7). Without `refresh`, 401 is final. Throws what `refresh` throws.
 */
export async function withTokens(
  { settings, saveSettings }: Pick<Performance, 'settings' | 'saveSettings'>,
  refresh: Refresh | undefined,
  attempt: (tokens: ForeignTokens) => Promise<Performed[]>,
): Promise<Performed[]> {
  const known = await renewals.get(settings)?.made.catch(() => undefined)
  const tokens = known ?? tokensOf(settings)
  const first = await attempt(tokens)
  if (!refresh || !first.some(isUnauthorized)) return first

  // Whoever comes while a renewal is under way, or with tokens from before it, waits for what comes of it.
  const last = renewals.get(settings)
  if (last && last.tokens !== tokens) return attempt(await last.made)
  const renewed = await renew(settings, refresh, tokens)
  await saveSettings(settingsOf(renewed))
  return attempt(renewed)
}

async function renew(
  settings: Settings,
  refresh: Refresh,
  old: ForeignTokens,
): Promise<ForeignTokens> {
  const made = refresh(old).then(({ accessToken, refreshToken = old.refreshToken }) => ({
    ...old,
    accessToken,
    refreshToken,
  }))
  const renewal: Renewal = { made }
  renewals.set(settings, renewal)
  try {
    renewal.tokens = await made
    return renewal.tokens
  } catch (error) {
    // Later calls try for themselves, perhaps with better luck.
    renewals.delete(settings)
    throw error
  }
}
