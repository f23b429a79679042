import { ApiError, notFound } from '../../kernel/api-error.ts'
import { newId } from '../../kernel/ids.ts'
import type { Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { definitionOf } from './change-destination.ts'
import { checkMapping } from './check-mapping.ts'
import {
  type ActionDefinition,
  defaultMapping,
  findAction,
  type MappingJson,
} from './definition.ts'
import { lockDestination } from './destination.repo.ts'
import type { Destination, DestinationReference, Mapping } from './destination.ts'
import {
  countMappings,
  deleteMapping,
  findMapping,
  insertMappings,
  moveMapping,
  updateMapping,
} from './mapping.repo.ts'

/** A mapping made by hand: what is not given is the action's default, and it is disabled (§6.9.2). */
export type NewMapping = {
  /** The key of an action. */
  action: string
  name?: string | undefined
  trigger?: string | undefined
  mapping?: MappingJson | undefined
  isEnabled?: boolean | undefined
  now: Date
}

/** What is not given stays. A mapping keeps its action. */
export type MappingChanges = Omit<NewMapping, 'action'> & {
  mappingId: string
  /** The place it moves to; behind the last one is the last one. */
  position?: number | undefined
}

/** A mapping as it is now, with the destination it belongs to. */
export type ChangedMapping = { mapping: Mapping; destination: Destination }

/**
 * Adds a mapping behind the others of a destination. Throws `not_found`, `invalid_payload` naming each place
 * that is wrong, and `mapping_limit_reached` for one too many, also when many are added at once (§6.1.1).
 */
export async function createMapping(
  tx: Tx,
  reference: DestinationReference,
  wish: NewMapping,
): Promise<ChangedMapping> {
  const destination = await lockDestination(tx, reference)
  const action = getAction(destination, wish.action)
  const text = {
    trigger: wish.trigger ?? action.defaultTrigger,
    mapping: wish.mapping ?? defaultMapping(action),
  }
  checkMapping(action, text)
  return addMapping(tx, destination, {
    ...text,
    action: wish.action,
    name: wish.name ?? action.title.trim(),
    isEnabled: wish.isEnabled ?? false,
    createdAt: wish.now,
  })
}

/** Copies a mapping to "<name> (Copy)", disabled and behind the others (§6.1.3). Throws as `createMapping` does. */
export async function duplicateMapping(
  tx: Tx,
  reference: DestinationReference,
  { mappingId, now }: { mappingId: string; now: Date },
): Promise<ChangedMapping> {
  const destination = await lockDestination(tx, reference)
  const { name, action, trigger, mapping } = await getMapping(tx, destination, mappingId)
  return addMapping(tx, destination, {
    name: `${name} (Copy)`,
    action,
    trigger,
    mapping,
    isEnabled: false,
    createdAt: now,
  })
}

/** Changes a mapping or its place. Throws `not_found`, and `invalid_payload` naming each place that would be wrong. */
export async function changeMapping(
  tx: Tx,
  reference: DestinationReference,
  changes: MappingChanges,
): Promise<ChangedMapping> {
  const destination = await lockDestination(tx, reference)
  const mapping = await getMapping(tx, destination, changes.mappingId)
  const changed: Mapping = {
    ...mapping,
    name: changes.name ?? mapping.name,
    trigger: changes.trigger ?? mapping.trigger,
    mapping: changes.mapping ?? mapping.mapping,
    isEnabled: changes.isEnabled ?? mapping.isEnabled,
    updatedAt: changes.now,
  }
  // One that a later version finds wrong can still be renamed, moved and switched off.
  if (changes.trigger !== undefined || changes.mapping !== undefined || changes.isEnabled)
    checkMapping(getAction(destination, mapping.action), changed)
  await updateMapping(tx, changed)
  if (changes.position !== undefined) {
    const last = (await countMappings(tx, destination.id)) - 1
    changed.sortOrder = Math.min(changes.position, last)
    await moveMapping(tx, mapping, changed.sortOrder)
  }
  return { mapping: changed, destination }
}

/** Deletes a mapping. Throws `not_found`. */
export async function removeMapping(
  tx: Tx,
  reference: DestinationReference,
  mappingId: string,
): Promise<void> {
  const destination = await lockDestination(tx, reference)
  await deleteMapping(tx, await getMapping(tx, destination, mappingId))
}

async function getMapping(tx: Tx, destination: Destination, id: string): Promise<Mapping> {
  const mapping = await findMapping(tx, { destinationId: destination.id, id })
  if (!mapping) throw notFound('mapping', id)
  return mapping
}

function getAction(destination: Destination, key: string): ActionDefinition {
  const definition = definitionOf(destination)
  const action = findAction(definition, key)
  if (action) return action
  throw new ApiError('invalid_payload', {
    details: `Property .action should be equal to one of the allowed values: ${Object.keys(definition.actions).join(', ')}`,
  })
}

/** Takes the place behind the last mapping of a destination that `tx` has locked. */
async function addMapping(
  tx: Tx,
  destination: Destination,
  content: Omit<Mapping, 'id' | 'destinationId' | 'sortOrder' | 'updatedAt'>,
): Promise<ChangedMapping> {
  const count = await countMappings(tx, destination.id)
  if (count >= LIMITS.mappingsPerDestinationMax)
    throw new ApiError('mapping_limit_reached', {
      details: `A destination has at most ${LIMITS.mappingsPerDestinationMax} mappings`,
      resource: { type: 'destination', id: destination.id },
    })
  const mapping: Mapping = {
    ...content,
    id: newId('mapping'),
    destinationId: destination.id,
    sortOrder: count,
    updatedAt: null,
  }
  await insertMappings(tx, [mapping])
  return { mapping, destination }
}
