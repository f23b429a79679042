import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { ApiError } from '../../kernel/api-error.ts'
import { LIMITS } from '../../platform/limits.ts'
import {
  compileBodyCheck,
  compileQueryCheck,
  type FilterField,
  isTrue,
  parseOrder,
  parsePage,
  toFilterCondition,
} from '../api/index.ts'
import { CAMPAIGN_BODY, type CampaignInput } from '../campaigns/index.ts'
import { TIER_SCHEMA, type TierInput } from '../promotions/index.ts'
import { VALIDITY_SCHEMA, type ValidityInput } from '../validity/index.ts'

const ID = { type: ['string', 'null'], maxLength: LIMITS.nameLengthMax }
const NAME = { type: 'string', minLength: 1, maxLength: LIMITS.indexedTextLengthMax }
const DESCRIPTION = { type: ['string', 'null'], maxLength: LIMITS.textLengthMax }

const body = (required: string[], properties: object) => ({ type: 'object', required, properties })

type Described = { name: string; description?: string | null }

export const NEW_TEMPLATE = body(['name'], {
  name: NAME,
  description: DESCRIPTION,
  campaign_id: ID,
  promotion_tier_id: ID,
})
export const TEMPLATE_CHANGES = body([], {
  name: { ...NAME, type: ['string', 'null'] },
  description: DESCRIPTION,
})
export const TEMPLATE_COPY = body(['name', 'destination_project_id'], {
  name: NAME,
  description: DESCRIPTION,
  destination_project_id: { type: 'string' },
})

const pick = <T extends object, Key extends keyof T>(from: T, keys: readonly Key[]): Pick<T, Key> =>
  Object.fromEntries(keys.map((key) => [key, from[key]])) as Pick<T, Key>

const VALIDITY = Object.keys(VALIDITY_SCHEMA) as (keyof typeof VALIDITY_SCHEMA)[]
/** What a campaign made of a template may have of its own. */
const OF_CAMPAIGN = [
  'description',
  'type',
  'join_once',
  'auto_join',
  'use_voucher_metadata_schema',
  'vouchers_count',
  'activity_duration_after_publishing',
  'category_id',
  'category',
  'metadata',
  ...VALIDITY,
] as const
const OF_VOUCHER = ['code_config', 'redemption'] as const
const OF_TIER = ['banner', 'metadata', 'hierarchy', 'active', 'category_id', ...VALIDITY] as const

export const CAMPAIGN_SETUP = body(['name'], {
  ...pick(CAMPAIGN_BODY.properties, OF_CAMPAIGN),
  name: NAME,
  voucher: {
    type: ['object', 'null'],
    properties: pick(CAMPAIGN_BODY.properties.voucher.properties, OF_VOUCHER),
  },
})
export const TIER_SETUP = body(['name', 'campaign_id'], {
  ...pick(TIER_SCHEMA.properties, OF_TIER),
  name: NAME,
  campaign_id: { type: 'string', maxLength: LIMITS.indexedTextLengthMax },
})

export type CampaignSetup = { name: string; own: CampaignInput }
export type TierSetup = { name: string; campaignId: string; own: TierInput }

export const parseNewTemplate = compileBodyCheck<
  Described & { campaign_id?: string | null; promotion_tier_id?: string | null }
>(NEW_TEMPLATE)
export const parseTemplateChanges = compileBodyCheck<{
  name?: string | null
  description?: string | null
}>(TEMPLATE_CHANGES)
export const parseTemplateCopy = compileBodyCheck<Described & { destination_project_id: string }>(
  TEMPLATE_COPY,
)
const checkCampaignSetup = compileBodyCheck<CampaignInput & { name: string }>(CAMPAIGN_SETUP)
const checkTierSetup = compileBodyCheck<TierInput & { name: string; campaign_id: string }>(
  TIER_SETUP,
)

/** What is given, without what a template alone decides. */
function ownOf<T extends object>(given: T, keys: readonly (keyof T)[]): Partial<T> {
  const entries = keys.map((key) => [key, given[key]] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Partial<T>
}

/** When what `input` describes is valid. */
export const validityOf = (input: ValidityInput): ValidityInput => ownOf(input, VALIDITY)

/** Reads the body of `POST …/campaign-setup`. Throws `invalid_payload`. */
export function parseCampaignSetup(input: unknown): CampaignSetup {
  const { name, voucher, ...given } = checkCampaignSetup(input)
  const own: CampaignInput = ownOf(given as CampaignInput, OF_CAMPAIGN)
  return { name, own: { ...own, ...(voucher && { voucher: ownOf(voucher, OF_VOUCHER) }) } }
}

/** Reads the body of `POST …/tier-setup`. Throws `invalid_payload`. */
export function parseTierSetup(input: unknown): TierSetup {
  const { name, campaign_id: campaignId, ...given } = checkTierSetup(input)
  return { name, campaignId, own: ownOf(given as TierInput, OF_TIER) }
}

/** What a list of templates was asked for. */
export type TemplateList = {
  limit: number
  direction: 'asc' | 'desc'
  /** The id of the template it goes on behind. */
  after: string | undefined
  isCounted: boolean
  filter: RawBuilder<SqlBool> | undefined
}

export const TEMPLATE_LIST_QUERY = {
  type: 'object',
  properties: { starting_after_id: { type: 'string' }, include_total: { type: 'boolean' } },
}
export const TEMPLATE_QUERY = {
  type: 'object',
  properties: { expand: { type: 'string', enum: ['json_template'] } },
}

const checkListQuery = compileQueryCheck<{ starting_after_id?: string }>(TEMPLATE_LIST_QUERY)
export const parseTemplateQuery = compileQueryCheck<{ expand?: 'json_template' }>(TEMPLATE_QUERY)

const TEMPLATE_ID = /^camp_tpl_[0-9a-f]+$/
const FIELDS = ['id', 'name', 'campaign_type']

/** Reads the query of a list of templates. Throws `invalid_query_params` or `invalid_or_expired_cursor`. */
export function parseTemplateList(query: unknown): TemplateList {
  const { order, filters, include_total } = query as Record<string, unknown>
  const { starting_after_id: after } = checkListQuery({ ...(query as object) })
  if (after !== undefined && !TEMPLATE_ID.test(after)) {
    throw new ApiError('invalid_or_expired_cursor', {
      details: 'The provided cursor is invalid or has expired',
    })
  }
  return {
    limit: parsePage(query).limit,
    direction: parseOrder(order, ['id'], { column: 'id', direction: 'desc' }).direction,
    after,
    isCounted: isTrue(include_total),
    filter: toFilterCondition(filters, toField),
  }
}

const toField = (name: string): FilterField | undefined =>
  FIELDS.includes(name) ? { kind: 'text', column: sql.ref(`campaign_template.${name}`) } : undefined
