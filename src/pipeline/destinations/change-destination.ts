import { ApiError } from '../../kernel/api-error.ts'
import type { Tx } from '../../platform/db.ts'
import type { Vault } from '../../platform/secrets.ts'
import { findDefinition } from './catalog.ts'
import { validSettings } from './create-destination.ts'
import type { DestinationDefinition, Settings } from './definition.ts'
import { lockDestination, updateDestination } from './destination.repo.ts'
import type { Destination, DestinationReference, Ordering } from './destination.ts'
import { mergeSettings, openSettings, sealSettings } from './sealed-settings.ts'

/** What is not given stays. Of the settings, too: null removes one. */
export type DestinationChanges = {
  name?: string | undefined
  isEnabled?: boolean | undefined
  settings?: Settings | undefined
  ordering?: Ordering | undefined
  concurrency?: number | undefined
  vault: Vault
  now: Date
}

/**
 * Changes a destination of the project. Throws `not_found`, and `invalid_payload` when the settings that come
 * of it do not fit its definition.
 */
export async function changeDestination(
  tx: Tx,
  reference: DestinationReference,
  { name, isEnabled, settings, ordering, concurrency, vault, now }: DestinationChanges,
): Promise<Destination> {
  const destination = await lockDestination(tx, reference)
  const changed: Destination = {
    ...destination,
    name: name ?? destination.name,
    // Enabling what is enabled does not make it miss the calls since then.
    enabledAt:
      (isEnabled ?? destination.enabledAt !== null) ? (destination.enabledAt ?? now) : null,
    settings: settings ? changedSettings(destination, settings, vault) : destination.settings,
    ordering: ordering ?? destination.ordering,
    concurrency: concurrency ?? destination.concurrency,
    updatedAt: now,
  }
  await updateDestination(tx, changed)
  return changed
}

function changedSettings(
  destination: Destination,
  changes: Settings,
  vault: Vault,
): Destination['settings'] {
  const definition = definitionOf(destination)
  const current = openSettings(definition, destination.settings, vault)
  const wanted = validSettings(definition, mergeSettings(definition, current, changes))
  return sealSettings(definition, wanted, vault)
}

/** The definition of a stored destination. Throws `not_implemented` when this version does not have it. */
export function definitionOf({ id, definition: slug }: Destination): DestinationDefinition {
  const definition = findDefinition(slug)
  if (definition) return definition
  throw new ApiError('not_implemented', {
    details: `This version has no destination ${slug} in its catalog`,
    resource: { type: 'destination', id },
  })
}
