import { isPlainObject } from '../../kernel/json.ts'

/**
 * Whether the Integrations object of a call lets it go to the destination called `name` (§2.1): what stands
 * under the name itself decides when it is true, false or an object of options, else `All`, which only
 * `false` switches off. Names are case sensitive.
 */
export function decideIntegrations(integrations: unknown, name: string): boolean {
  if (!isPlainObject(integrations)) return true
  const own = Object.hasOwn(integrations, name) ? integrations[name] : undefined
  if (typeof own === 'boolean') return own
  if (typeof own === 'object' && own !== null) return true
  return !Object.hasOwn(integrations, 'All') || integrations['All'] !== false
}
