import { ApiError } from '../../kernel/api-error.ts'
import { CLIENT_SETTINGS_CHANGES, isTrustedDomain, toChangedSettings } from '../client-api/index.ts'
import { isTimeZone } from '../validity/index.ts'
import type { ProjectInput } from './project.schema.ts'
import type { Project } from './project.ts'

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'))

/**
 * `project` with what `input` gives: what is absent stays, null clears what may be empty and changes nothing else.
 * Throws `invalid_payload` naming the field.
 */
export function calculateProject(project: Project, input: ProjectInput): Project {
  refuseUnknown(input)
  const given = <T>(value: T | undefined, stored: T): T => (value === undefined ? stored : value)
  const { settings } = project
  const codes = input.default_code_config
  return {
    ...project,
    name: input.name ?? project.name,
    description: given(input.description, project.description),
    settings: {
      timeZone: input.timezone ?? settings.timeZone,
      hasCaseSensitiveCodes: input.case_sensitive_codes ?? settings.hasCaseSensitiveCodes,
    },
    client: toChangedSettings(project.client, toClientChanges(input)),
    defaultCharset: codes === null ? null : given(codes?.charset, project.defaultCharset),
    currency: given(input.currency, project.currency),
    dialCode: given(input.dial_code, project.dialCode),
    webhooksCalloutNotifications: given(
      input.webhooks_callout_notifications,
      project.webhooksCalloutNotifications,
    ),
    apiUsageNotifications: given(input.api_usage_notifications, project.apiUsageNotifications),
  }
}

/** What `input` says of the client-side API, without what it leaves as it is. */
function toClientChanges(input: ProjectInput): Parameters<typeof toChangedSettings>[1] {
  const fields = Object.keys(CLIENT_SETTINGS_CHANGES.shape) as (keyof ProjectInput)[]
  const changes = fields.map((field) => [field, input[field]])
  return Object.fromEntries(changes.filter(([, value]) => value !== null && value !== undefined))
}

/** What a schema cannot say. */
function refuseUnknown({
  timezone,
  currency,
  client_trusted_domains: domains,
}: ProjectInput): void {
  if (timezone && !isTimeZone(timezone)) {
    throw invalid('timezone should be the name of a time zone, such as Europe/Warsaw')
  }
  if (currency && !CURRENCIES.has(currency)) {
    throw invalid('currency should be a code of ISO 4217, such as EUR')
  }
  const wrong = domains?.findIndex((domain) => !isTrustedDomain(domain)) ?? -1
  if (wrong >= 0) {
    throw invalid(
      `client_trusted_domains[${wrong}] should be shop.example.com, https://shop.example.com, *.example.com or *`,
    )
  }
}

const invalid = (details: string): ApiError =>
  new ApiError('invalid_payload', { details: `Property .${details}` })
