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
 * Whether `scopes` cover the endpoint at `path`, as it stands in the URL (R-OAUTH-03). One scope covers an area:
 * what lies under `/v1/vouchers`, or, with `client_` before it, under `/client/v1/redemptions`. What belongs to no
 * area is covered by `api` and `client_api` only.
 */
export function decidePermission(scopes: ReadonlySet<string>, path: string): boolean {
  const [first = '', ...rest] = toSegments(path)
  if (first === 'v1') {
    const scope = ELSEWHERE.find(([pattern]) => pattern.test(rest.join('/')))?.[1] ?? rest[0]
    return isCovered(scopes, ALL_OF.server, scope)
  }
  if (first === 'client' && rest[0] === 'v1') {
    return isCovered(scopes, ALL_OF.client, `client_${rest[1]}`)
  }
  return false
}

const isCovered = (scopes: ReadonlySet<string>, all: string, scope: string | undefined): boolean =>
  scopes.has(all) || (scope !== undefined && SCOPES.has(scope) && scopes.has(scope))

/** The parts of a path as the router reads them: decoded once, but for what would make another part. */
function toSegments(path: string): string[] {
  try {
    return decodeURI(path)
      .split('/')
      .filter((segment) => segment !== '')
  } catch {
    return []
  }
}
