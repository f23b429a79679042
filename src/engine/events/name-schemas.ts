import { newId } from '../../kernel/ids.ts'
import type { Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { findSchemas, registerEvents } from '../metadata-schemas/index.ts'
import type { CustomEvent } from './custom-event.ts'

/** The schema of an event, as whoever is told of the event learns it (E-4). */
export type NamedSchema = { id: string; name: string }
type Occurred = Pick<CustomEvent, 'projectId' | 'type' | 'createdAt'>
type SchemaOf = (event: Occurred) => NamedSchema | null

/**
 * The schemas of events. An event that nobody has defined gets one that defines nothing when it first occurs (E-2), so
 * that programs can refer to it.
 */
export async function nameSchemas(tx: Tx, events: readonly Occurred[]): Promise<SchemaOf> {
  const schemasOf = await findSchemas(
    tx,
    events.map(({ projectId }) => projectId),
  )
  const known: SchemaOf = ({ projectId, type }) => schemasOf(projectId).ofEvents.get(type) ?? null
  const unknown = events.filter(
    (event) =>
      known(event) === null &&
      schemasOf(event.projectId).ofEvents.size < LIMITS.registeredEventsPerProjectMax,
  )
  const registered = unknown.length > 0 ? await register(tx, unknown) : undefined
  return (event) => {
    const schema = known(event) ?? registered?.get(keyOf(event.projectId, event.type))
    return schema ? { id: schema.id, name: schema.name } : null
  }
}

const keyOf = (projectId: string, name: string): string => `${projectId} ${name}`

async function register(tx: Tx, events: readonly Occurred[]): Promise<Map<string, NamedSchema>> {
  const schemas = await registerEvents(
    tx,
    events.map(({ projectId, type, createdAt }) => ({
      id: newId('metadataSchema'),
      projectId,
      name: type,
      createdAt,
    })),
  )
  return new Map(schemas.map((schema) => [keyOf(schema.projectId, schema.name), schema]))
}
