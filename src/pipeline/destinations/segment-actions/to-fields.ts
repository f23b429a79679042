import { isPlainObject, type Json, withoutUndefined } from '../../../kernel/json.ts'
import {
  compileFields,
  type FieldChoice,
  type FieldCondition,
  type FieldDefinition,
  type FieldDefinitions,
  type FieldType,
  type RequiredCondition,
} from '../../fields/index.ts'
import type { ForeignField, ForeignFields } from './foreign.ts'

const PRESENTATION = [
  'placeholder',
  'depends_on',
  'unsafe_hidden',
  'readOnly',
  'category',
  'displayMode',
  'disabledInputMethods',
  'defaultObjectUI',
] as const

/**
 * Foreign fields in our language, which is theirs (§5.1) without functions: the choices of a dynamic field
 * are not fetched, so it takes any value of its type. Throws `FieldDefinitionError` for what ours does not have.
 */
export function toFields(fields: ForeignFields): FieldDefinitions {
  const converted = toMembers(fields)
  compileFields(converted)
  return converted
}

const toMembers = (fields: ForeignFields): FieldDefinitions =>
  Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, toField(key, field)]))

function toField(key: string, field: ForeignField): FieldDefinition {
  const { label = key, description, type = 'string', properties, format } = field
  const choices = toChoices(field.choices)
  const presentation = PRESENTATION.map((name) => [name, toJson(field[name])])
  return withoutUndefined({
    label,
    description,
    type: type as FieldType,
    required: toRequired(field.required),
    allowNull: field['allowNull'] === true || undefined,
    multiple: field['multiple'] === true || undefined,
    choices: type === 'object' ? undefined : choices,
    properties: properties && toMembers(properties),
    additionalProperties: field['additionalProperties'] === true || undefined,
    default: toJson(field['default']),
    format: typeof format === 'string' ? format : undefined,
    minimum: toNumber(field['minimum']),
    maximum: toNumber(field['maximum']),
    dynamic: field['dynamic'] ? true : undefined,
    ...Object.fromEntries(presentation),
  }) as FieldDefinition
}

/** The part of a value that JSON can carry: definitions are answered by the API. */
function toJson(value: unknown): Json | undefined {
  const text = JSON.stringify(value) as string | undefined
  return text === undefined ? undefined : (JSON.parse(text) as Json)
}

const toNumber = (value: unknown): number | undefined =>
  typeof value === 'number' ? value : undefined

/** An empty list means that the choices are fetched. */
const toChoices = (choices: unknown): FieldChoice[] | undefined =>
  Array.isArray(choices) && choices.length > 0 ? choices.map(toChoice) : undefined

const toChoice = (choice: unknown): FieldChoice => {
  if (!isPlainObject(choice)) return choice as FieldChoice
  const { label, value } = choice
  return { label: String(label), value } as FieldChoice
}

/** Conditions on the sync mode concern screens only: the published framework does not check them either (§5.3.4). */
function toRequired(required: unknown): boolean | RequiredCondition | undefined {
  if (typeof required === 'boolean') return required
  if (!isPlainObject(required) || !Array.isArray(required['conditions'])) return undefined
  const conditions = required['conditions'] as (FieldCondition & { fieldKey?: string })[]
  if (conditions.length === 0 || conditions.some(({ fieldKey }) => !fieldKey)) return undefined
  return {
    match: required['match'] === 'any' ? 'any' : 'all',
    conditions: conditions.map((condition) => toJson(condition) as FieldCondition),
  }
}
