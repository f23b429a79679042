import type { JsonObject } from '../../kernel/json.ts'
import { LIMITS } from '../../platform/limits.ts'
import { compileBodyCheck } from '../api/index.ts'
import { USER_ROLE, type UserReference } from '../users/index.ts'
import { API_VERSION, WEBHOOK_VERSION } from './project.ts'

type Flag = boolean | null

/** A project as a caller writes it, to make one or to change one. */
export type ProjectInput = {
  name?: string | null
  description?: string | null
  timezone?: string | null
  currency?: string | null
  dial_code?: string | null
  case_sensitive_codes?: Flag
  client_trusted_domains?: string[] | null
  client_redeem_enabled?: Flag
  client_publish_enabled?: Flag
  client_list_vouchers_enabled?: Flag
  client_create_customer_enabled?: Flag
  client_loyalty_events_enabled?: Flag
  client_set_voucher_expiration_date_enabled?: Flag
  default_code_config?: { charset?: string | null } | null
  webhooks_callout_notifications?: JsonObject | null
  api_usage_notifications?: JsonObject | null
}

export type NewProjectInput = ProjectInput & {
  cluster_id?: string | null
  users?: (UserReference & { role: string })[] | null
}

const TEXT = { type: ['string', 'null'], maxLength: LIMITS.textLengthMax }
const FLAG = { type: ['boolean', 'null'] }
const PERCENT_MAX = 100
const only = (value: string) => ({ type: ['string', 'null'], enum: [value, null] })

const ADDRESSES = {
  type: ['array', 'null'],
  maxItems: LIMITS.notifiedAddressesMax,
  items: { type: 'string', format: 'email' },
}
const CALLOUT = {
  type: ['object', 'null'],
  properties: { email: FLAG, in_app: FLAG, emails: ADDRESSES },
}
const USAGE = {
  type: ['object', 'null'],
  properties: {
    enabled: FLAG,
    value: { type: ['integer', 'null'], minimum: 0, maximum: PERCENT_MAX },
    in_app: FLAG,
    emails: ADDRESSES,
  },
}

const PROPERTIES = {
  name: { type: ['string', 'null'], minLength: 1, maxLength: LIMITS.nameLengthMax },
  description: TEXT,
  timezone: TEXT,
  currency: { type: ['string', 'null'], pattern: '^[A-Z]{3}$' },
  dial_code: { type: ['string', 'null'], pattern: '^\\+?[0-9][0-9 -]{0,9}$' },
  case_sensitive_codes: FLAG,
  webhook_version: only(WEBHOOK_VERSION),
  client_trusted_domains: {
    type: ['array', 'null'],
    maxItems: LIMITS.trustedDomainsMax,
    items: { type: 'string' },
  },
  client_redeem_enabled: FLAG,
  client_publish_enabled: FLAG,
  client_list_vouchers_enabled: FLAG,
  client_create_customer_enabled: FLAG,
  client_loyalty_events_enabled: FLAG,
  client_set_voucher_expiration_date_enabled: FLAG,
  default_code_config: {
    type: ['object', 'null'],
    properties: {
      charset: { type: ['string', 'null'], minLength: 1, maxLength: LIMITS.nameLengthMax },
    },
  },
  webhooks_callout_notifications: {
    type: ['object', 'null'],
    properties: { webhooks: CALLOUT, distributions: CALLOUT },
  },
  api_usage_notifications: {
    type: ['object', 'null'],
    properties: {
      messages: USAGE,
      api_calls: USAGE,
      bulk_api_calls: USAGE,
      webhook_calls: USAGE,
      cycle_calls: USAGE,
      redemptions: USAGE,
    },
  },
}

export const PROJECT_CHANGES = { type: 'object', properties: PROPERTIES }

export const NEW_PROJECT = {
  type: 'object',
  required: ['name'],
  properties: {
    ...PROPERTIES,
    name: { type: 'string', minLength: 1, maxLength: LIMITS.nameLengthMax },
    cluster_id: TEXT,
    api_version: only(API_VERSION),
    users: {
      type: ['array', 'null'],
      maxItems: LIMITS.listLimitMax,
      items: { type: 'object', required: ['role'], properties: USER_ROLE },
    },
  },
}

export const parseProjectChanges = compileBodyCheck<ProjectInput>(PROJECT_CHANGES)
export const parseNewProject = compileBodyCheck<NewProjectInput & { name: string }>(NEW_PROJECT)
