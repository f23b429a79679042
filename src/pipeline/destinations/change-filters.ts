import { ApiError, notFound } from '../../kernel/api-error.ts'
import { newId } from '../../kernel/ids.ts'
import type { Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { FilterAction } from '../filters/index.ts'
import { checkFilter } from './check-filter.ts'
import { lockDestination } from './destination.repo.ts'
import type { DestinationReference } from './destination.ts'
import { deleteFilter, findFilter, insertFilter, updateFilter } from './filter.repo.ts'
import type { DestinationFilter } from './filter.ts'

export type NewFilter = {
  title: string
  description?: string | null | undefined
  /** In the filter query language. */
  condition: string
  actions: readonly FilterAction[]
  isEnabled: boolean
  now: Date
}

/** What is not given stays. */
export type FilterChanges = {
  filterId: string
  title?: string | undefined
  description?: string | null | undefined
  condition?: string | undefined
  actions?: readonly FilterAction[] | undefined
  isEnabled?: boolean | undefined
  now: Date
}

/**
 * Adds a filter to a destination. Throws `not_found`, `invalid_payload` naming each place that is wrong, and
 * `filter_limit_reached` for an eleventh, also when many are added at once (§2.3 rule 3).
 */
export async function createFilter(
  tx: Tx,
  reference: DestinationReference,
  { now, ...wish }: NewFilter,
): Promise<DestinationFilter> {
  const destination = await lockDestination(tx, reference)
  checkFilter(wish)
  const filter: DestinationFilter = {
    ...wish,
    id: newId('filter'),
    destinationId: destination.id,
    description: wish.description ?? null,
    createdAt: now,
    updatedAt: null,
  }
  if (await insertFilter(tx, filter)) return filter
  throw new ApiError('filter_limit_reached', {
    details: `A destination has at most ${LIMITS.filtersPerDestinationMax} filters`,
    resource: { type: 'destination', id: destination.id },
  })
}

/** Changes a filter. Throws `not_found`, and `invalid_payload` naming each place that would be wrong. */
export async function changeFilter(
  tx: Tx,
  reference: DestinationReference,
  { filterId, description, now, ...changes }: FilterChanges,
): Promise<DestinationFilter> {
  const filter = await lockFilter(tx, reference, filterId)
  const changed: DestinationFilter = {
    ...filter,
    title: changes.title ?? filter.title,
    description: description === undefined ? filter.description : description,
    condition: changes.condition ?? filter.condition,
    actions: changes.actions ?? filter.actions,
    isEnabled: changes.isEnabled ?? filter.isEnabled,
    updatedAt: now,
  }
  // One that a later version cannot read can still be renamed and switched off.
  if (changes.condition !== undefined || changes.actions || changes.isEnabled) checkFilter(changed)
  await updateFilter(tx, changed)
  return changed
}

/** Deletes a filter. Throws `not_found`. */
export async function removeFilter(
  tx: Tx,
  reference: DestinationReference,
  filterId: string,
): Promise<void> {
  await deleteFilter(tx, await lockFilter(tx, reference, filterId))
}

/** The filter, with its destination locked until `tx` ends. */
async function lockFilter(
  tx: Tx,
  reference: DestinationReference,
  id: string,
): Promise<DestinationFilter> {
  const destination = await lockDestination(tx, reference)
  const filter = await findFilter(tx, { destinationId: destination.id, id })
  if (!filter) throw notFound('filter', id)
  return filter
}
