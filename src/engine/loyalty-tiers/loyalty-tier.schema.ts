import { ApiError } from '../../kernel/api-error.ts'
import { LIMITS } from '../../platform/limits.ts'
import { compileBodyCheck } from '../api/index.ts'
import type { Mapping } from './calculate-mapping.ts'
import type { Mappings, Metadata } from './loyalty-tier.ts'

type MappingInput = {
  type?: 'MULTIPLY' | 'CUSTOM' | null
  multiplier?: number | null
  points?: number | null
} | null

/** A tier as a caller writes it, to make one or to change one. */
export type LoyaltyTierInput = {
  name?: string | null
  points?: { from?: number | null; to?: number | null } | null
  earning_rules?: { [id: string]: MappingInput } | null
  rewards?: { [id: string]: MappingInput } | null
  metadata?: Metadata | null
}

const POINTS = { type: ['integer', 'null'], minimum: 0, maximum: Number.MAX_SAFE_INTEGER }

const MAPPINGS = {
  type: ['object', 'null'],
  maxProperties: LIMITS.mappingsPerTierMax,
  additionalProperties: {
    type: ['object', 'null'],
    properties: {
      type: { type: ['string', 'null'], enum: ['MULTIPLY', 'CUSTOM', null] },
      multiplier: { type: ['number', 'null'], minimum: 0, maximum: 1e9 },
      points: POINTS,
    },
  },
}

export const LOYALTY_TIER_BODY = {
  type: 'object',
  properties: {
    name: { type: ['string', 'null'], minLength: 1, maxLength: LIMITS.nameLengthMax },
    points: { type: ['object', 'null'], properties: { from: POINTS, to: POINTS } },
    earning_rules: MAPPINGS,
    rewards: MAPPINGS,
    metadata: { type: ['object', 'null'] },
  },
}

export const LOYALTY_TIERS_BODY = {
  type: 'array',
  minItems: 1,
  maxItems: LIMITS.tiersPerRequestMax,
  items: LOYALTY_TIER_BODY,
}

export const parseTier = compileBodyCheck<LoyaltyTierInput>(LOYALTY_TIER_BODY)
export const parseTiers = compileBodyCheck<LoyaltyTierInput[]>(LOYALTY_TIERS_BODY)

/** The mappings that `input` describes. Throws `invalid_payload` for one that maps nothing; null is none. */
export function toMappings(
  input: LoyaltyTierInput['earning_rules'],
  at: string,
): Mappings | undefined {
  if (input === undefined) return undefined
  const mapped = Object.entries(input ?? {}).flatMap(([id, mapping]) =>
    mapping ? [[id, toMapping(mapping, `${at}.${id}`)] as const] : [],
  )
  return Object.fromEntries(mapped)
}

function toMapping({ type, multiplier, points }: NonNullable<MappingInput>, at: string): Mapping {
  if (type === 'CUSTOM' || (!type && typeof points === 'number')) {
    if (typeof points !== 'number') throw missing(at, 'points')
    return { type: 'CUSTOM', points }
  }
  if (typeof multiplier !== 'number') throw missing(at, 'multiplier')
  return { type: 'MULTIPLY', multiplier }
}

export const missing = (at: string, property: string): ApiError =>
  new ApiError('invalid_payload', {
    details: `Property ${at} should have required property '${property}'`,
  })
