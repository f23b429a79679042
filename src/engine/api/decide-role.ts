import type { Admitted, Knock } from './door.ts'

type Role = NonNullable<Admitted['application']>['role']

/** What a merchant's key, or a token of it, is kept from: several redeemables at once (R-AUTH-04). */
const NOT_FOR_MERCHANTS: ReadonlySet<string> = new Set([
  '/v1/validations',
  '/v1/redemptions',
  '/client/v1/validations',
  '/client/v1/redemptions',
])
/** What is asked with GET and changes something all the same: it publishes, or holds a voucher for a session. */
const CHANGING_READS: ReadonlySet<string> = new Set([
  '/v1/publications/create',
  '/client/v1/validate',
])

/**
 * Whether a key of `role` may ask this, by the path of its route as it was registered (R-AUTH-04): `ADMIN` everything,
 * `MERCHANT` everything but `POST /v1/validations` and `POST /v1/redemptions`, `VIEWER` what only reads, and access
 * tokens, which may no more than their key.
 */
export function decideRole(role: Role, asked: Pick<Knock, 'method' | 'routeOptions'>): boolean {
  if (role === 'ADMIN') return true
  const { method, routeOptions } = asked
  const { url: route = '' } = routeOptions
  if (role === 'MERCHANT') return !(method === 'POST' && NOT_FOR_MERCHANTS.has(route))
  if (route.startsWith('/v1/oauth/')) return true
  return (method === 'GET' || method === 'HEAD') && !CHANGING_READS.has(route)
}
