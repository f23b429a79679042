import { LIMITS } from '../../platform/limits.ts'
import type { EffectMessage, Happening } from './effect.ts'

/** The beginning of a queue: what may have its effects at once. */
export type EffectBatch = {
  happenings: Happening[]
  /** The positions that are done when the happenings are. */
  done: number[]
  /** The positions that end here, because effect followed from effect too often. */
  tooDeep: number[]
}

/**
 * The longest beginning of a queue in which no customer comes twice, unless one call made both happen: what a customer's
 * next call does must see what their last one led to (L-14).
 */
export function decideBatch(queue: readonly EffectMessage[]): EffectBatch {
  const batch: EffectBatch = { happenings: [], done: [], tooDeep: [] }
  const calls = new Map<string, string>()
  for (const { position, depth, happening } of queue) {
    if (happening && isNextCall(calls, happening)) break
    const isTooDeep = depth > LIMITS.effectDepthMax
    if (happening && !isTooDeep) batch.happenings.push(happening)
    batch[isTooDeep ? 'tooDeep' : 'done'].push(position)
  }
  return batch
}

/** Whether another call of the same customer is in the batch already. Notes the call if not. */
function isNextCall(calls: Map<string, string>, { customerId, call }: Happening): boolean {
  if (customerId === null) return false
  const known = calls.get(customerId) ?? call.groupId
  calls.set(customerId, known)
  return known !== call.groupId
}
