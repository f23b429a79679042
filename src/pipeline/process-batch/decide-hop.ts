import { isPlainObject } from '../../kernel/json.ts'

const HOPS_MAX = 1

/**
 * Whether triggers may fire on `event`, judged by how often its cause has already been through the loop:
 * the engine's own calls carry `context.promoloop.hops`, and above one hop nothing fires (D-18). Without
 * this an event that causes itself would mint promotions for ever.
 */
export function decideHop(event: Readonly<Record<string, unknown>>): boolean {
  const { context } = event
  if (!isPlainObject(context) || !isPlainObject(context['promoloop'])) return true
  const { hops } = context['promoloop']
  return typeof hops !== 'number' || hops <= HOPS_MAX
}
