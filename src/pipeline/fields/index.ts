/**
 * Fields: what an action, or the settings of a destination, accepts, as definitions that programs check and
 * screens show. Start at README.md, the language by example; compile-fields.ts runs it.
 * Pure: no IO, no clock, usable in a browser.
 */
export { type CompiledFields, compileFields, type FieldsResult } from './compile-fields.ts'
export { defaultValues } from './default-values.ts'
export { explainFields } from './explain-fields.ts'
export {
  type FieldChoice,
  type FieldCondition,
  type FieldDefinition,
  FieldDefinitionError,
  type FieldDefinitions,
  type FieldType,
  type RequiredCondition,
} from './field.ts'
export { toJsonSchema } from './to-json-schema.ts'
