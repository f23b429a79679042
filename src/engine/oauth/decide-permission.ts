import { ALL_OF, SCOPES } from './scopes.ts'

/** Endpoints of another area than the one their path begins with. */
const ELSEWHERE: readonly (readonly [path: RegExp, scope: string])[] = [
  [/^vouchers\/[^/]+\/validate$/, 'validations'],
  [/^promotions\/(tiers\/[^/]+\/)?validation$/, 'validations'],
  [/^(vouchers\/[^/]+|promotions\/tiers\/[^/]+)\/redemption$/, 'redemptions'],
  [/^(vouchers|campaigns)\/qualification$/, 'qualifications'],
  [/^customers\/[^/]+\/consents$/, 'consents'],
]

/**
 * Whether `scopes` cover the endpoint at `route`, its path as it was registered (R-OAUTH-03). One scope covers an area:
 * what lies under `/v1/vouchers`, or, with `client_` before it, under `/client/v1/redemptions`. What belongs to no
 * area is covered by `api` and `client_api` only.
 */
export function decidePermission(scopes: ReadonlySet<string>, route = ''): boolean {
  const [first = '', ...rest] = route.split('/').slice(1)
  if (first === 'v1') return isCovered(scopes, ALL_OF.server, areaOf(rest))
  if (first === 'client' && rest[0] === 'v1') {
    const [, ...path] = rest
    const isOfConsents = areaOf(path) === 'consents'
    return isCovered(scopes, ALL_OF.client, `client_${isOfConsents ? 'consents' : path[0]}`)
  }
  return false
}

const areaOf = (path: readonly string[]): string | undefined =>
  ELSEWHERE.find(([pattern]) => pattern.test(path.join('/')))?.[1] ?? path[0]

const isCovered = (scopes: ReadonlySet<string>, all: string, scope: string | undefined): boolean =>
  scopes.has(all) || (scope !== undefined && SCOPES.has(scope) && scopes.has(scope))
