import type { JsonObject } from '../../kernel/json.ts'
import type { FieldDefinitions } from './field.ts'

/**
 * The mapping that a new mapping begins with: the `default` of every field that declares one, hidden fields
 * too (§6.9.3). An object brings its own default; those of its members are not looked at. The result is a
 * copy, so editing it leaves the definition alone.
 */
export const defaultValues = (fields: FieldDefinitions): JsonObject =>
  structuredClone(
    Object.fromEntries(
      Object.entries(fields)
        .filter(([, field]) => field.default !== undefined)
        .map(([key, field]) => [key, field.default]),
    ),
  )
