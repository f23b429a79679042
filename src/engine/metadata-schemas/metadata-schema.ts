import type { Json } from '../../kernel/json.ts'

export type Metadata = { [key: string]: Json }

/** What one metadata key may hold, as the reference writes it (engine-programs §4.1). */
export type MetadataDefinition = {
  /** A built-in type, `object`, or the name of the custom schema that describes a nested object. */
  type: string
  array?: boolean | null
  /** False asks callers of the API for the key; what comes from an integration may lack it (SI-16). */
  optional?: boolean | null
  /** The custom schema of a nested object, where `type` is `object`. */
  objectType?: string | null
  /** A removed definition defines nothing, but its values stay where they are (M-5). */
  deleted?: boolean | null
  eq?: Json[] | null
  ne?: Json[] | null
  lt?: number | number[] | null
  lte?: number | number[] | null
  gt?: number | number[] | null
  gte?: number | number[] | null
  minLength?: number | null
  maxLength?: number | null
  exactLength?: number | null
}

export type MetadataDefinitions = { readonly [key: string]: MetadataDefinition }

/** What a project defines for the metadata of one kind of object. */
export type MetadataSchema = {
  properties: MetadataDefinitions
  /** The custom schemas of the project, by name: what nested objects look like. */
  objects: ReadonlyMap<string, MetadataDefinitions>
}
