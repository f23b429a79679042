import type { Send } from '../../../platform/http/index.ts'
import { FieldDefinitionError } from '../../fields/index.ts'
import { checkSettings, type SettingsRules } from '../check-settings.ts'
import type { DestinationDefinition, Performed, Preset, Settings } from '../definition.ts'
import type { Foreign, ForeignAction, ForeignPreset } from './foreign.ts'
import { clientFor, withinTime } from './perform.ts'
import { toAction } from './to-action.ts'
import { toFields } from './to-fields.ts'
import { ofError } from './to-performed.ts'
import { oauthSettings, tokensOf, withoutTokens } from './tokens.ts'

/**
 * Stands before the slugs of the package, so that none of them is ever one of ours. Stored destinations name
 * them, so it is never changed.
 */
const PREFIX = 'segment-'

/** Which calls a definition takes is said by its triggers alone. */
export const COMMON = {
  mode: 'cloud',
  supportedCalls: ['track', 'identify', 'page', 'screen', 'group', 'alias'],
} as const

/**
 * A definition of the package as one of ours (§6.1). Its name stays the key in the Integrations object. Throws
 * for one that does not run on servers, and for fields that ours cannot have.
 */
export function toDefinition(foreign: Foreign): DestinationDefinition {
  const { name, slug, mode, description = '', authentication, presets = [] } = foreign.definition
  if (mode !== COMMON.mode) throw new FieldDefinitionError(`${name} does not run on servers`)
  const settings = {
    ...toFields(authentication?.fields ?? {}),
    ...oauthSettings(authentication?.scheme),
  }
  const actions = Object.fromEntries(
    Object.entries(foreign.definition.actions)
      .filter(([, action]) => runsOnServers(action))
      .map(([key, action]) => [key, toAction({ ...foreign, rules: { settings } }, key, action)]),
  )
  return {
    slug: PREFIX + slug,
    name,
    description,
    ...COMMON,
    settings,
    testAuthentication: (send, given) => testAuthentication(foreign, { settings }, send, given),
    actions,
    presets: presets
      .filter(({ type, partnerAction }) => type === 'automatic' && actions[partnerAction])
      .map(toPreset),
  }
}

const runsOnServers = ({ platform, perform }: ForeignAction): boolean =>
  platform !== 'web' && typeof perform === 'function'

const toPreset = ({ name, partnerAction, subscribe, mapping }: ForeignPreset): Preset => ({
  name,
  action: partnerAction,
  trigger: subscribe ?? '',
  mapping: JSON.parse(JSON.stringify(mapping ?? {})) as Preset['mapping'],
})

/** Undefined when the definition has no test. What anybody throws in it is an answer (§6.10). */
async function testAuthentication(
  foreign: Foreign,
  rules: SettingsRules<Settings>,
  send: Send,
  given: Settings,
): Promise<Performed | undefined> {
  const checked = checkSettings(rules, given)
  if (!checked.ok) return { kind: 'refused', ...checked }
  const test = foreign.definition.authentication?.testAuthentication
  if (!test) return undefined
  const { accessToken, refreshToken } = tokensOf(checked.settings)
  const bundle = {
    settings: withoutTokens(checked.settings),
    auth: { accessToken, refreshToken },
  }
  try {
    await test(clientFor(foreign, withinTime(send), bundle), bundle)
    return { kind: 'answer', status: 200, message: '200 OK' }
  } catch (error) {
    return ofTestError(error)
  }
}

function ofTestError(error: unknown): Performed {
  try {
    return ofError(error)
  } catch {
    const message = error instanceof Error ? error.message : String(error)
    return { kind: 'refused', reason: 'INVALID_SETTINGS', message }
  }
}
