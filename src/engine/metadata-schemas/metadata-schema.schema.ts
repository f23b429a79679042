import { ApiError } from '../../kernel/api-error.ts'
import { LIMITS } from '../../platform/limits.ts'
import { compileBodyCheck } from '../api/index.ts'

/** A definition as the management API writes it; `/v1` spells four of its members in camel case. */
export type DefinitionInput = {
  type: string
  array?: boolean | null
  optional?: boolean | null
  deleted?: boolean | null
  object_type?: string | null
  eq?: (string | number)[] | null
  ne?: (string | number)[] | null
  lt?: number | null
  lte?: number | null
  gt?: number | null
  gte?: number | null
  min_length?: number | null
  max_length?: number | null
  exact_length?: number | null
}

export type DefinitionsInput = { [key: string]: DefinitionInput }

const NAME = { type: 'string', minLength: 1, maxLength: LIMITS.nameLengthMax }
const FLAG = { type: ['boolean', 'null'] }
const BOUND = { type: ['number', 'null'] }
const LENGTH = { type: ['integer', 'null'], minimum: 0, maximum: LIMITS.textLengthMax }
const VALUES = {
  type: ['array', 'null'],
  maxItems: LIMITS.ruleValuesMax,
  items: { type: ['string', 'number'], maxLength: LIMITS.textLengthMax },
}

const definitions = (definition: object) => ({
  type: 'object',
  propertyNames: { minLength: 1, maxLength: LIMITS.nameLengthMax },
  additionalProperties: { type: 'object', required: ['type'], ...definition },
})

const DEFINITIONS = definitions({
  properties: {
    type: NAME,
    array: FLAG,
    optional: FLAG,
    deleted: FLAG,
    object_type: { type: ['string', 'null'], maxLength: LIMITS.nameLengthMax },
    eq: VALUES,
    ne: VALUES,
    lt: BOUND,
    lte: BOUND,
    gt: BOUND,
    gte: BOUND,
    min_length: LENGTH,
    max_length: LENGTH,
    exact_length: LENGTH,
  },
})

/** M-9. */
const EVENT_TYPES = ['string', 'number', 'date', 'datetime', 'boolean']
const EVENT_DEFINITIONS = definitions({
  properties: { type: { type: 'string', enum: EVENT_TYPES }, optional: FLAG, deleted: FLAG },
})

export const NEW_METADATA_SCHEMA = {
  type: 'object',
  required: ['related_object', 'properties'],
  properties: { related_object: NAME, properties: DEFINITIONS, allow_defined_only: FLAG },
}
export const METADATA_SCHEMA_CHANGE = {
  type: 'object',
  properties: {
    properties: { ...DEFINITIONS, type: ['object', 'null'] },
    allow_defined_only: FLAG,
  },
}

const EVENT_NAME = { type: 'string', minLength: 1, maxLength: LIMITS.customEventNameLengthMax }
const EVENT_SCHEMA = {
  type: 'object',
  required: ['properties'],
  properties: { properties: EVENT_DEFINITIONS },
}
export const NEW_EVENT_SCHEMA = {
  type: 'object',
  required: ['name', 'schema'],
  properties: { name: EVENT_NAME, schema: EVENT_SCHEMA },
}
export const EVENT_SCHEMA_CHANGE = {
  type: 'object',
  properties: { schema: { ...EVENT_SCHEMA, type: ['object', 'null'], required: [] } },
}

export const parseNewSchema = compileBodyCheck<{
  related_object: string
  properties: DefinitionsInput
  allow_defined_only?: boolean | null
}>(NEW_METADATA_SCHEMA)

export const parseSchemaChange = compileBodyCheck<{
  properties?: DefinitionsInput | null
  allow_defined_only?: boolean | null
}>(METADATA_SCHEMA_CHANGE)

export const parseNewEventSchema = compileBodyCheck<{
  name: string
  schema: { properties: DefinitionsInput }
}>(NEW_EVENT_SCHEMA)

export const parseEventSchemaChange = compileBodyCheck<{
  schema?: { properties?: DefinitionsInput | null } | null
}>(EVENT_SCHEMA_CHANGE)

export const invalid = (details: string): ApiError => new ApiError('invalid_payload', { details })
