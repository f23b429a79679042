import type { Json } from '../../kernel/json.ts'
import type { Tx } from '../../platform/db.ts'
import { findDefinition } from './catalog.ts'
import { lockDestinationsNaming, updateDestination } from './destination.repo.ts'
import type { Destination } from './destination.ts'
import { isSecret, type SealedSettings } from './sealed-settings.ts'

/**
 * Lets settings that point at the address `from`, or at a path under it, point at `to`: destinations of every
 * project that are sent to this very server follow it when it moves.
 */
export async function pointDestinations(
  tx: Tx,
  { from, to, now }: { from: string; to: string; now: Date },
): Promise<void> {
  for (const destination of await lockDestinationsNaming(tx, from)) {
    const settings = pointed(destination, from, to)
    await updateDestination(tx, { ...destination, settings, updatedAt: now })
  }
}

function pointed({ definition: slug, settings }: Destination, from: string, to: string) {
  const definition = findDefinition(slug)
  const isOurs = (key: string, value: Json): value is string =>
    definition !== undefined &&
    !isSecret(definition, key) &&
    typeof value === 'string' &&
    (value === from || value.startsWith(`${from}/`))
  return Object.fromEntries(
    Object.entries<Json>(settings).map(([key, value]) => [
      key,
      isOurs(key, value) ? to + value.slice(from.length) : value,
    ]),
  ) as SealedSettings
}
