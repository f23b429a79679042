import type { Json } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import type { EventSchema, MetadataDefinition, MetadataSchema } from './metadata-schema.ts'

type View = { [key: string]: Json }

/** The members that the management API spells in another way than `/v1`. */
const MANAGEMENT_NAMES: Readonly<Record<string, string>> = {
  objectType: 'object_type',
  minLength: 'min_length',
  maxLength: 'max_length',
  exactLength: 'exact_length',
}

const withNames = (definition: MetadataDefinition, names: Readonly<Record<string, string>>): View =>
  Object.fromEntries(
    Object.entries({ array: false, optional: true, objectType: null, ...definition }).map(
      ([name, value]) => [names[name] ?? name, value as Json],
    ),
  )

const toView = (
  { id, relatedObject, properties, allowsDefinedOnly, createdAt, updatedAt }: MetadataSchema,
  names: Readonly<Record<string, string>>,
): View => ({
  id,
  related_object: relatedObject,
  properties: Object.fromEntries(
    Object.entries(properties).map(([key, definition]) => [key, withNames(definition, names)]),
  ),
  allow_defined_only: allowsDefinedOnly,
  created_at: toIso(createdAt),
  updated_at: updatedAt && toIso(updatedAt),
  object: 'metadata_schema',
})

/** As `/v1` shows it. */
export const toSchemaView = (schema: MetadataSchema): View => toView(schema, {})

/** As the management API shows it. */
export const toManagedView = (schema: MetadataSchema): View => toView(schema, MANAGEMENT_NAMES)

export const toEventSchemaView = ({
  id,
  name,
  properties,
  createdAt,
  updatedAt,
}: EventSchema): View => ({
  id,
  name,
  schema: { properties: properties as View },
  created_at: toIso(createdAt),
  updated_at: updatedAt && toIso(updatedAt),
  object: 'custom-event-schema',
})
