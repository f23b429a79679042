import { isPlainObject } from '../../../kernel/json.ts'
import { MAPPING_LIMITS, MappingError } from '../mapping.ts'

/**
 * What one event may still cost. Without it a mapping of one kilobyte can run for years: ten nested
 * `@arrayPath` over ten items each, or a `@transform` that doubles its input, forty times over.
 */
export type Work = { left: number }

export const newWork = (): Work => ({ left: MAPPING_LIMITS.workMax })

/** Begins the next event. */
export const renew = (work: Work): void => {
  work.left = MAPPING_LIMITS.workMax
}

/** Takes `amount` nodes or characters off; throws `MappingError` when the event has used up its share. */
export function spend(work: Work, amount: number): void {
  work.left -= amount
  if (work.left < 0)
    throw new MappingError(`the mapping takes more than ${MAPPING_LIMITS.workMax} steps`)
}

/** Takes off what it would cost to write `value` as JSON, counting what it holds twice twice. */
export function spendOn(work: Work, value: unknown): void {
  spend(work, typeof value === 'string' ? 1 + value.length : 1)
  if (Array.isArray(value)) for (const item of value) spendOn(work, item)
  else if (isPlainObject(value)) for (const member of Object.values(value)) spendOn(work, member)
}

/** How many values a mapping holds, itself included. */
export function countNodes(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1
  return Object.values(value).reduce<number>((sum, member) => sum + countNodes(member), 1)
}
