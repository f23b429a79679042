import type { FieldDefinitions } from '../../fields/index.ts'
import { parseBaseUrl } from '../base-url.ts'
import type { SettingsRules } from '../check-settings.ts'
import type { Settings, SettingsOf } from '../definition.ts'

/** Where Segment takes calls, in the USA and in the EU. */
export const SEGMENT_ENDPOINTS = [
  'https://api.segment.io',
  'https://events.eu1.segmentapis.com',
] as const

const FIELDS = {
  writeKey: {
    label: 'Write Key',
    description: 'The write key of the source that the calls go to.',
    type: 'password',
    required: true,
  },
  endpoint: {
    label: 'Endpoint',
    description:
      'The address that takes the calls, without `/v1`: `https://api.segment.io` (Segment, USA), `https://events.eu1.segmentapis.com` (Segment, EU), the data plane of RudderStack, or the address of another Promoloop.',
    type: 'string',
    default: SEGMENT_ENDPOINTS[0],
  },
} as const satisfies FieldDefinitions

export type EndpointSettings = SettingsOf<typeof FIELDS>

/** The address without slashes at its end: Segment's where none is set; undefined for one that is none (D-16). */
export const endpointOf = ({ endpoint = SEGMENT_ENDPOINTS[0] }: EndpointSettings) =>
  parseBaseUrl(endpoint)

/** Which settings are valid. A colon in a write key would end it for whoever reads it (§1.2.8). */
export const rules: SettingsRules<EndpointSettings> = {
  settings: FIELDS,
  checkSettings: (settings) => {
    if (!/^[\x21-\x39\x3b-\x7e]+$/.test(settings.writeKey))
      return 'Write Key must be printable ASCII characters without blanks and colons.'
    return endpointOf(settings) === undefined
      ? 'Endpoint must be an address that begins with http:// or https://, without user, query or fragment.'
      : undefined
  },
}

/** Catches an address with the version of the API in it, as some documentation writes it. */
export function settingsHint(settings: Settings): string | undefined {
  const endpoint = endpointOf(settings as EndpointSettings)
  return endpoint?.endsWith('/v1')
    ? `Calls are sent to paths under ${endpoint}/v1: leave out the /v1 of the setting if there are none`
    : undefined
}
