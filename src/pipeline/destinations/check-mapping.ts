import { ApiError } from '../../kernel/api-error.ts'
import { isPlainObject } from '../../kernel/json.ts'
import type { FieldDefinitions } from '../fields/index.ts'
import { type MappingProblem, mappingWarnings, validateMapping } from '../mappings/index.ts'
import { compileTrigger } from '../triggers/index.ts'
import type { ActionDefinition, MappingJson } from './definition.ts'

/** Something to say about a mapping or a destination. */
export type Remark = {
  /** The place: `/trigger`, `/mapping/event/@path`, `/settings`. */
  path: string
  message: string
  /** What to write there instead, where that is known. */
  suggestion?: string
}

/** What there is to check of a mapping. */
export type MappingText = { trigger: string; mapping: MappingJson }

/**
 * What is wrong with a mapping for `action`, place by place: a trigger that cannot be read, a directive that
 * does not exist, a required field without a value (§11.4.3). And what is allowed but perhaps not meant.
 */
export function inspectMapping(
  action: ActionDefinition,
  { trigger, mapping }: MappingText,
): { problems: Remark[]; warnings: Remark[] } {
  const { problems, warnings } = inspectTrigger(trigger)
  return {
    problems: [
      ...problems,
      ...validateMapping(mapping).map(toRemark),
      ...missingFields(action.fields, mapping, '/mapping'),
    ],
    warnings: [
      ...warnings,
      ...mappingWarnings(mapping).map(toRemark),
      ...unknownFields(action, mapping),
    ],
  }
}

const toRemark = ({ path, message }: MappingProblem): Remark => ({
  path: path === '/' ? '/mapping' : `/mapping${path}`,
  message,
})

/** Throws `invalid_payload` with every problem of the mapping and its place. */
export function checkMapping(action: ActionDefinition, text: MappingText): void {
  const { problems } = inspectMapping(action, text)
  if (problems.length === 0) return
  const sentences = problems.map(({ path, message }) => `${path}: ${message}`)
  throw new ApiError('invalid_payload', { details: sentences.join('; ') })
}

/** The same of a trigger by itself. */
export function inspectTrigger(text: string): { problems: Remark[]; warnings: Remark[] } {
  const path = '/trigger'
  const trigger = compileTrigger(text)
  if (trigger.ok) {
    const warnings = trigger.warnings.map(({ message, suggestion }) => ({
      path,
      message,
      ...(suggestion !== undefined && { suggestion }),
    }))
    return { problems: [], warnings }
  }
  const message = `${trigger.message} (at character ${trigger.position + 1})`
  return { problems: [{ path, message }], warnings: [] }
}

/** Required fields that the mapping leaves out. What a directive will yield is known only with the event. */
function missingFields(fields: FieldDefinitions, mapping: MappingJson, path: string): Remark[] {
  if (isDirective(mapping)) return []
  return Object.entries(fields).flatMap(([key, field]) => {
    const value = Object.hasOwn(mapping, key) ? mapping[key] : undefined
    const place = `${path}/${key}`
    const isEmpty = value === undefined || value === '' || (value === null && !field.allowNull)
    if (field.required === true && isEmpty)
      return [{ path: place, message: `is required (${field.label}) and has no value` }]
    return field.properties && isPlainObject(value)
      ? missingFields(field.properties, value as MappingJson, place)
      : []
  })
}

/** Values for fields that the action does not have: they would never be sent. Names with `_` are the language's own. */
const unknownFields = ({ title, fields }: ActionDefinition, mapping: MappingJson): Remark[] =>
  isDirective(mapping)
    ? []
    : Object.keys(mapping)
        .filter((key) => !Object.hasOwn(fields, key) && !key.startsWith('_'))
        .map((key) => ({
          path: `/mapping/${key}`,
          message: `is no field of ${title.trim()}, so its value is never sent`,
        }))

const isDirective = (mapping: MappingJson): boolean =>
  Object.keys(mapping).some((key) => key.startsWith('@'))
