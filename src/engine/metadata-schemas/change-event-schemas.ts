import { ApiError, notFound } from '../../kernel/api-error.ts'
import { newId } from '../../kernel/ids.ts'
import type { Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { calculateEventDefinitions } from './calculate-definitions.ts'
import {
  countDefinedEvents,
  deleteEventSchema,
  findRulesOf,
  insertEventSchema,
  lockEventSchema,
  updateEventSchema,
} from './event-schemas.repo.ts'
import { invalid, parseEventSchemaChange, parseNewEventSchema } from './metadata-schema.schema.ts'
import type { EventSchema } from './metadata-schema.ts'
import { lockAllSchemas } from './metadata-schemas.repo.ts'

type Reference = { projectId: string; id: string }
type Wish = { body: unknown; now: Date }

/**
 * Defines a custom event, which may have occurred before. Throws `invalid_payload`, and `duplicate_found` when the event
 * is defined already.
 */
export async function createEventSchema(
  tx: Tx,
  projectId: string,
  { body, now }: Wish,
): Promise<EventSchema> {
  const { name, schema } = parseNewEventSchema(body)
  await lockAllSchemas(tx, projectId)
  if ((await countDefinedEvents(tx, projectId)) >= LIMITS.definedEventsPerProjectMax)
    throw invalid(`A project has at most ${LIMITS.definedEventsPerProjectMax} custom event schemas`)
  const stored = await insertEventSchema(tx, {
    id: newId('metadataSchema'),
    projectId,
    name,
    properties: calculateEventDefinitions({}, schema.properties),
    createdAt: now,
    updatedAt: null,
  })
  if (stored) return stored
  throw new ApiError('duplicate_found', {
    details: `Duplicated custom event schema exists with name ${name}`,
    resource: { type: 'custom_event_schema', id: name },
  })
}

/** Changes the properties that are given; the others stay. Throws `not_found` and `invalid_payload`. */
export async function changeEventSchema(
  tx: Tx,
  reference: Reference,
  { body, now }: Wish,
): Promise<EventSchema> {
  const { schema } = parseEventSchemaChange(body)
  const stored = await lock(tx, reference)
  const properties = calculateEventDefinitions(stored.properties, schema?.properties ?? {})
  const changed = { ...stored, properties, updatedAt: now }
  await updateEventSchema(tx, changed)
  return changed
}

/** Deletes the schema of an event. Throws `not_found`, and `resource_in_use` while earning rules need it (M-9). */
export async function removeEventSchema(tx: Tx, reference: Reference): Promise<void> {
  const stored = await lock(tx, reference)
  const rules = await findRulesOf(tx, stored)
  if (rules.length > 0) throw inUse(stored, rules)
  await deleteEventSchema(tx, stored)
}

async function lock(tx: Tx, reference: Reference): Promise<EventSchema> {
  const stored = await lockEventSchema(tx, reference)
  if (!stored) throw notFound('custom_event_schema', reference.id)
  return stored
}

const inUse = ({ id }: EventSchema, rules: readonly string[]): ApiError =>
  new ApiError('resource_in_use', {
    details: `Resource custom_event_schema with id ${id} is in use by earning_rules with ids [${rules.join(', ')}]`,
    resource: { type: 'custom_event_schema', id },
  })
