import type { Json } from '../../kernel/json.ts'

export type FieldType =
  | 'string'
  | 'text'
  | 'password'
  | 'number'
  | 'integer'
  | 'boolean'
  | 'datetime'
  | 'object'

type Scalar = string | number | boolean

/** One of the values a field may have; the label is for people. */
export type FieldChoice = Scalar | { label: string; value: Scalar }

/** Compares another field, by its key or `parent.child`, with a constant; without `value`: asks whether it has one. */
export type FieldCondition = {
  type?: 'field'
  fieldKey: string
  operator: 'is' | 'is_not'
  value?: Json
}

/** When a field is required, if not always: `all` (the default) or `any` of the conditions hold (§5.3). */
export type RequiredCondition = {
  match?: 'all' | 'any'
  conditions: readonly FieldCondition[]
}

type SyncModeCondition = { type: 'syncMode'; operator: 'is' | 'is_not'; value: string }

/** What only screens read; no value is accepted or refused for it. */
type FieldPresentation = {
  placeholder?: string
  /** The choices are fetched from the partner. */
  dynamic?: boolean
  depends_on?: {
    match?: 'all' | 'any'
    conditions: readonly (FieldCondition | SyncModeCondition)[]
  }
  unsafe_hidden?: boolean
  readOnly?: boolean
  category?: string
  displayMode?: 'expanded' | 'normal' | 'collapsed'
  disabledInputMethods?: readonly string[]
  defaultObjectUI?: string
}

/** A field as actions and settings declare it (§5.1). */
export type FieldDefinition = FieldPresentation & {
  /** What sentences call the field. */
  label: string
  description?: string
  type: FieldType
  required?: boolean | RequiredCondition
  /** Null is a value, and sent as such. */
  allowNull?: boolean
  /** The value is a list, each item of which is of `type`. */
  multiple?: boolean
  choices?: readonly FieldChoice[]
  /** The members of an object, or of each item when `multiple`; without it an object may hold anything. */
  properties?: FieldDefinitions
  /** Keeps members that `properties` does not declare. */
  additionalProperties?: boolean
  /** What a new mapping begins with; never put in when a payload is checked. */
  default?: Json
  /** One of those in formats.ts. */
  format?: string
  /** The least number, or the least length of text in characters. */
  minimum?: number
  maximum?: number
}

/** The fields of an action, of its settings or of an object, by their keys. */
export type FieldDefinitions = Readonly<Record<string, FieldDefinition>>

/** A definition that cannot be compiled. The message says which field and why. */
export class FieldDefinitionError extends Error {
  override readonly name = 'FieldDefinitionError'
}

/** Runs `work` on the definition of a field; what cannot be understood in it is told with its key. */
export function inField<T>(key: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof FieldDefinitionError)) throw error
    throw new FieldDefinitionError(`${key}: ${error.message}`)
  }
}
