import { LIMITS } from '../../platform/limits.ts'
import type { TrackCall } from './to-track-call.ts'

/** Room that the body of a batch takes besides its calls. */
const ENVELOPE_BYTES = 100

type Batch<Call> = { calls: Call[]; bytes: number }

/** Adds a call if the limits allow it; false when they do not. The comma between calls is a byte, too. */
function add<Call extends { bytes: number }>(batch: Batch<Call>, call: Call): boolean {
  const bytes = batch.bytes + call.bytes + 1
  if (batch.calls.length === LIMITS.sourceBatchEventsMax || bytes > LIMITS.sourceBatchBytesMax) {
    return false
  }
  batch.calls.push(call)
  batch.bytes = bytes
  return true
}

/**
 * Up to `batchesMax` batches that may be sent side by side (engine-programs §17.5): each within the limits
 * of count and bytes, filled one after the other, with all calls of a person in the same one, in order. Calls
 * that find no place are left out, and so are all later ones of their person.
 */
export function toBatches<Call extends Pick<TrackCall, 'person' | 'bytes'>>(
  calls: readonly Call[],
  batchesMax: number,
): Call[][] {
  const batches: Batch<Call>[] = []
  /** Where a person's calls go; undefined once one of them found no place. */
  const placeOf = new Map<string, Batch<Call> | undefined>()

  const place = (call: Call): Batch<Call> | undefined => {
    const open = batches.find((batch) => add(batch, call))
    if (open || batches.length === batchesMax) return open
    const batch: Batch<Call> = { calls: [], bytes: ENVELOPE_BYTES }
    batches.push(batch)
    return add(batch, call) ? batch : undefined
  }

  for (const call of calls) {
    const { person } = call
    if (!placeOf.has(person)) {
      placeOf.set(person, place(call))
      continue
    }
    const batch = placeOf.get(person)
    if (batch && !add(batch, call)) placeOf.set(person, undefined)
  }
  return batches.map((batch) => batch.calls)
}
