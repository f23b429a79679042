import type { Json } from '../../kernel/json.ts'

export type Metadata = { [key: string]: Json }

/** The objects whose metadata a project can define; any other name is a custom schema, of nested objects (§4.1). */
export const RELATED_OBJECTS = [
  'campaign',
  'customer',
  'earning_rule',
  'loyalty_tier',
  'order',
  'order_item',
  'product',
  'promotion_tier',
  'publication',
  'redemption',
  'reward',
  'voucher',
] as const

export type RelatedObject = (typeof RELATED_OBJECTS)[number]

export const isRelatedObject = (name: string): name is RelatedObject =>
  (RELATED_OBJECTS as readonly string[]).includes(name)

/** What one metadata key may hold, as `/v1` writes it (engine-programs §4.1). */
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
  id: string
  projectId: string
  relatedObject: string
  properties: MetadataDefinitions
  /** Whether keys that it does not define are refused (M-2). */
  allowsDefinedOnly: boolean
  createdAt: Date
  updatedAt: Date | null
}

/** What the metadata of a custom event may hold. */
export type EventSchema = {
  id: string
  projectId: string
  /** Of the event. */
  name: string
  properties: MetadataDefinitions
  createdAt: Date
  updatedAt: Date | null
}
