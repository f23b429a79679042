import type { Json, JsonObject } from '../../kernel/json.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { ActionDefinition } from '../destinations/index.ts'

/** Which calls go together: those of one key, up to a number and a size (pipeline §6.3.3-4). */
export type Batch = { key: string; callsMax: number; bytesMax: number }

/** More keys would hardly ever find two calls that agree (§6.3.3). */
const BATCH_KEYS_MAX = 3

/**
 * The batch that a payload asks for with its fields `enable_batching`, `batch_size`, `batch_bytes` and
 * `batch_keys`; null when it asks for none or `action` has no batches (§6.3.2).
 */
export function decideBatch(
  mappingId: string,
  action: ActionDefinition,
  payload: JsonObject,
): Batch | null {
  if (payload['enable_batching'] !== true || !takesBatches(action)) return null
  const keys = Array.isArray(payload['batch_keys']) ? payload['batch_keys'] : []
  const values = keys
    .slice(0, BATCH_KEYS_MAX)
    .map((key) => (Object.hasOwn(payload, String(key)) ? payload[String(key)] : null))
  return {
    key: JSON.stringify([mappingId, ...values]),
    callsMax: within(payload['batch_size'], LIMITS.deliveryBatchCallsMax),
    bytesMax: within(payload['batch_bytes'], LIMITS.deliveryBatchBytesMax),
  }
}

export const takesBatches = (action: ActionDefinition): boolean =>
  ('toRequest' in action ? action.toBatchRequest : action.performBatch) !== undefined

/** `wish` when it is a number that makes sense, and `max` when it is not or is larger. */
const within = (wish: Json | undefined, max: number): number =>
  typeof wish === 'number' && wish >= 1 ? Math.min(Math.floor(wish), max) : max
