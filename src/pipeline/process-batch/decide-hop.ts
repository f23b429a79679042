import { isPlainObject } from '../../kernel/json.ts'

const HOPS_MAX = 1

/** What a count of hops may grow to; nothing that is bounded by `decideHop` comes near it. */
const HOPS_COUNTED_MAX = 1_000

/** How often the cause of `event` has been through the loop, as the engine's own calls tell it; 0 for all others. */
export function hopsOf(event: Readonly<Record<string, unknown>>): number {
  const { context } = event
  if (!isPlainObject(context) || !isPlainObject(context['promoloop'])) return 0
  const { hops } = context['promoloop']
  if (typeof hops !== 'number' || !(hops > 0)) return 0
  return Math.min(Math.ceil(hops), HOPS_COUNTED_MAX)
}

/**
 * Whether triggers may fire on `event`, judged by how often its cause has already been through the loop:
 * the engine's own calls carry `context.promoloop.hops`, and above one hop nothing fires (D-18). Without
 * this an event that causes itself would mint promotions for ever.
 */
export const decideHop = (event: Readonly<Record<string, unknown>>): boolean =>
  hopsOf(event) <= HOPS_MAX
