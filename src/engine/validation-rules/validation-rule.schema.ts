import { ApiError } from '../../kernel/api-error.ts'
import { isPlainObject } from '../../kernel/json.ts'
import { parseIsoDate } from '../../kernel/time.ts'
import { LIMITS } from '../../platform/limits.ts'
import {
  compileBodyCheck,
  compileQueryCheck,
  type Order,
  type Page,
  parseOrder,
  parsePage,
} from '../api/index.ts'
import { parseRule, type RuleInput } from '../rules/index.ts'
import { RULE_TYPES, type ValidationRule } from './validation-rule.ts'

/** What can be said about a rule from outside. */
export type RuleContent = Omit<ValidationRule, 'id' | 'projectId' | 'createdAt' | 'updatedAt'>

type Body = RuleInput & {
  name?: string
  type?: ValidationRule['type'] | null
  context_type?: string | null
}

const PROPERTIES = {
  name: { type: 'string', minLength: 1, maxLength: LIMITS.nameLengthMax },
  type: { type: ['string', 'null'], enum: [...RULE_TYPES, null] },
  context_type: { type: ['string', 'null'], maxLength: LIMITS.nameLengthMax },
  // Checked by `parseRule`, which names the place.
  rules: {},
  error: {},
  applicable_to: {},
  bundle_rules: {},
}
export const NEW_RULE = {
  type: 'object',
  required: ['name'],
  properties: PROPERTIES,
}

const checkNew = compileBodyCheck<Body>(NEW_RULE)
export const RULE_CHANGES = { type: 'object', properties: PROPERTIES }

const checkChanges = compileBodyCheck<Body>(RULE_CHANGES)

/** Reads a new rule. Throws `invalid_payload` or `invalid_validation_rules` with the place. */
export function parseNewRule(input: unknown): RuleContent {
  const body = checkNew(input)
  return {
    ...parseRule(body),
    name: body.name ?? '',
    type: body.type ?? 'expression',
    contextType: body.context_type ?? 'global',
  }
}

/** The same, of what is given; the rest stays as in `current`. */
export function parseRuleChanges(input: unknown, current: RuleContent): RuleContent {
  const body = checkChanges(input)
  return {
    ...parseRule(body, current),
    name: body.name ?? current.name,
    type: body.type ?? current.type,
    contextType: body.context_type ?? current.contextType,
  }
}

const RULE_COLUMNS = ['created_at', 'updated_at', 'name'] as const

export type RuleList = {
  page: Page
  order: Order<(typeof RULE_COLUMNS)[number]>
  /** Made at this time or later. */
  from?: Date
  until?: Date
}

export const RULE_LIST_QUERY = {
  type: 'object',
  properties: {
    start_date: { type: 'string', format: 'iso-date' },
    end_date: { type: 'string', format: 'iso-date' },
  },
}

const checkDates = compileQueryCheck<{ start_date?: string; end_date?: string }>(RULE_LIST_QUERY)

/** Reads the query of `GET /v1/validation-rules` (R-LIST-03, R-LIST-04). Throws `invalid_query_params`. */
export function parseRuleList(query: unknown): RuleList {
  const { start_date, end_date } = checkDates({ ...(query as object) })
  const from = start_date === undefined ? undefined : parseIsoDate(start_date)
  const until = end_date === undefined ? undefined : parseIsoDate(end_date)
  const { order } = query as { order?: unknown }
  return {
    page: parsePage(query),
    order: parseOrder(order, RULE_COLUMNS, { column: 'created_at', direction: 'desc' }),
    ...(from && { from }),
    ...(until && { until }),
  }
}

export type AssignmentList = {
  page: Page
  order: Order<'created_at'>
  ruleId?: string
  relatedObjectId?: string
}

export const ASSIGNMENT_LIST_QUERY = {
  type: 'object',
  properties: { related_object_id: { type: 'string' }, rule: { type: 'string' } },
}

const checkAssignmentQuery = compileQueryCheck<{ related_object_id?: string; rule?: string }>(
  ASSIGNMENT_LIST_QUERY,
)

/** Reads the query of a list of assignments. Throws `invalid_query_params`. */
export function parseAssignmentList(query: unknown): AssignmentList {
  const { related_object_id, rule } = checkAssignmentQuery({ ...(query as object) })
  const { order } = query as { order?: unknown }
  return {
    page: parsePage(query),
    order: parseOrder(order, ['created_at'], { column: 'created_at', direction: 'desc' }),
    ...(rule !== undefined && { ruleId: rule }),
    ...(related_object_id !== undefined && { relatedObjectId: related_object_id }),
  }
}

const ASSIGNABLE = [
  'voucher',
  'campaign',
  'promotion_tier',
  'earning_rule',
  'reward_assignment',
] as const
/** What a rule can be assigned to. */
export type RelatedObjectType = (typeof ASSIGNABLE)[number]

/** Of the reference, and not here yet. */
const NOT_YET = ['distribution'] as const

export const RULE_ASSIGNMENT = {
  type: 'object',
  required: ['related_object_id'],
  properties: {
    related_object_type: { type: ['string', 'null'], enum: [...ASSIGNABLE, ...NOT_YET, null] },
    related_object_id: { type: 'string', minLength: 1, maxLength: LIMITS.indexedTextLengthMax },
  },
}

const checkAssignment = compileBodyCheck<{
  related_object_type?: RelatedObjectType | (typeof NOT_YET)[number] | null
  related_object_id: string
}>(RULE_ASSIGNMENT)

/** Older clients write `{ voucher: 'code' }`, and the like for what else there is. */
function toCurrentForm(body: unknown): unknown {
  if (!isPlainObject(body)) return body
  const type = ASSIGNABLE.find((candidate) => body[candidate] !== undefined)
  return type ? { related_object_type: type, related_object_id: body[type], ...body } : body
}

/** Reads what a rule is to be assigned to (engine-core §9.5). */
export function parseAssignment(input: unknown): {
  relatedObjectType: RelatedObjectType
  relatedObjectId: string
} {
  const { related_object_type, related_object_id } = checkAssignment(toCurrentForm(input))
  const relatedObjectType = ASSIGNABLE.find((type) => type === (related_object_type ?? 'voucher'))
  if (!relatedObjectType) {
    throw new ApiError('not_implemented', {
      details: `Property .related_object_type does not support ${related_object_type} yet`,
    })
  }
  return { relatedObjectType, relatedObjectId: related_object_id }
}
