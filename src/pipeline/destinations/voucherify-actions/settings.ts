import type { FieldDefinitions } from '../../fields/index.ts'
import { parseBaseUrl } from '../base-url.ts'
import type { SettingsRules } from '../check-settings.ts'
import type { Settings, SettingsOf } from '../definition.ts'
import { toSegmentioUrl } from './custom-url.ts'

const FIELDS = {
  apiKey: {
    label: 'Application ID',
    description:
      "The application id of the engine's project, also called API key. Voucherify shows it under Project settings → Application Keys; `promoloop keys` shows ours.",
    type: 'password',
    required: true,
  },
  secretKey: {
    label: 'Secret Key',
    description: 'The secret that stands beside the application id, also called API token.',
    type: 'password',
    required: true,
  },
  customURL: {
    label: 'Custom Voucherify URL',
    description:
      'The address of the engine. For the cloud of Voucherify it is the API endpoint of the project (Project settings → API endpoint) with `segmentio` in place of `api`: `https://us1.api.voucherify.io` becomes `https://us1.segmentio.voucherify.io`. This holds for dedicated addresses too.',
    type: 'string',
    required: true,
  },
} as const satisfies FieldDefinitions

export type EngineSettings = SettingsOf<typeof FIELDS>

/** Which settings are valid (§12.2, D-16). */
export const rules: SettingsRules<EngineSettings> = {
  settings: FIELDS,
  checkSettings: ({ customURL }) =>
    parseBaseUrl(customURL) === undefined
      ? 'Custom Voucherify URL must be an address that begins with http:// or https://, without user, query or fragment.'
      : undefined,
}

/** Catches the API endpoint in place of the Custom URL: it answers, but never to these calls. */
export function settingsHint(settings: Settings): string | undefined {
  const { customURL } = settings as EngineSettings
  const meant = toSegmentioUrl(customURL)
  return (
    meant &&
    `${customURL} is an API endpoint of Voucherify: the Custom URL that belongs to it is ${meant}`
  )
}
