import { ApiError } from '../../kernel/api-error.ts'
import { newId } from '../../kernel/ids.ts'
import type { Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { Vault } from '../../platform/secrets.ts'
import { findDefinition } from './catalog.ts'
import { inspectMapping } from './check-mapping.ts'
import { checkSettings } from './check-settings.ts'
import { type DestinationDefinition, findAction, type Preset, type Settings } from './definition.ts'
import { insertDestination, lockPlaces } from './destination.repo.ts'
import type { Destination, Mapping, Ordering } from './destination.ts'
import { insertMappings } from './mapping.repo.ts'
import { mergeSettings, sealSettings } from './sealed-settings.ts'

export type NewDestination = {
  projectId: string
  sourceId: string
  /** The slug of a definition. */
  definition: string
  /** Not given: the name of the definition. */
  name?: string | undefined
  settings: Settings
  /**
   * `quick` makes a mapping of every preset, enabled if it can run as it is; `custom` makes none (§6.9).
   */
  setup: 'quick' | 'custom'
  /** Not given: `best_effort`. */
  ordering?: Ordering | undefined
  /** Not given: `LIMITS.deliveryConcurrencyPerDestination`. */
  concurrency?: number | undefined
  /** Not given: it is disabled (§11.3.2). */
  isEnabled?: boolean | undefined
  vault: Vault
  now: Date
}

/**
 * Sets up a destination for a source of the project. Throws `not_found` for a source that is not the
 * project's, `invalid_payload` for an unknown definition and for settings that do not fit it, and
 * `destination_limit_reached` when the source feeds as many of this kind as it may, also when many are made
 * at once (§11.3.2).
 */
export async function createDestination(tx: Tx, wish: NewDestination): Promise<Destination> {
  const definition = getDefinition(wish.definition)
  const { projectId, sourceId, vault, now } = wish
  const taken = await lockPlaces(tx, { projectId, sourceId, definition: definition.slug })
  if (taken >= LIMITS.destinationsPerDefinitionMax)
    throw new ApiError('destination_limit_reached', {
      details: `A source feeds at most ${LIMITS.destinationsPerDefinitionMax} destinations of ${definition.name}`,
      resource: { type: 'source', id: sourceId },
    })
  const settings = validSettings(definition, mergeSettings(definition, {}, wish.settings))
  const destination: Destination = {
    id: newId('destination'),
    projectId,
    sourceId,
    definition: definition.slug,
    name: wish.name ?? definition.name,
    enabledAt: wish.isEnabled ? now : null,
    settings: sealSettings(definition, settings, vault),
    ordering: wish.ordering ?? 'best_effort',
    concurrency: wish.concurrency ?? LIMITS.deliveryConcurrencyPerDestination,
    createdAt: now,
    updatedAt: null,
  }
  await insertDestination(tx, destination)
  if (wish.setup === 'quick')
    await insertMappings(
      tx,
      definition.presets.map((preset, place) => ({
        ...toMapping(preset, destination, place),
        isEnabled: isComplete(definition, preset),
      })),
    )
  return destination
}

function getDefinition(slug: string): DestinationDefinition {
  const definition = findDefinition(slug)
  if (definition) return definition
  throw new ApiError('invalid_payload', {
    details: 'Property .definition should be the slug of a destination in the catalog',
  })
}

/** The settings as the definition takes them. Throws `invalid_payload` with what is wrong. */
export function validSettings(definition: DestinationDefinition, settings: Settings): Settings {
  const checked = checkSettings(definition, settings)
  if (checked.ok) return checked.settings
  throw new ApiError('invalid_payload', {
    details: `Property .settings is not valid: ${checked.message}`,
  })
}

/** Whether the preset lacks nothing. One that does would refuse every event, until its owner fills it in. */
function isComplete(definition: DestinationDefinition, { action: key, ...text }: Preset): boolean {
  const action = findAction(definition, key)
  return action !== undefined && inspectMapping(action, text).problems.length === 0
}

/** A copy of the preset: later versions of it leave the mapping alone (§6.9.1). */
const toMapping = (
  { name, action, trigger, mapping }: Preset,
  destination: Destination,
  place: number,
): Omit<Mapping, 'isEnabled'> => ({
  id: newId('mapping'),
  destinationId: destination.id,
  name,
  action,
  trigger,
  mapping,
  sortOrder: place,
  createdAt: destination.createdAt,
  updatedAt: null,
})
