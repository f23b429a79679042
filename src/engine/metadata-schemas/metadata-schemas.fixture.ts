import { type CompiledSchema, compileSchemas } from './compile-schema.ts'
import type { MetadataDefinitions } from './metadata-schema.ts'

/** The schemas of a project that defines these, by what they are of. */
export const compiled = (
  definitions: Readonly<Record<string, MetadataDefinitions>>,
  { allowsDefinedOnly = false } = {},
): ReadonlyMap<string, CompiledSchema> =>
  compileSchemas({
    schemas: Object.entries(definitions).map(([relatedObject, properties]) => ({
      relatedObject,
      properties,
      allowsDefinedOnly,
    })),
    events: [],
  }).ofObjects
