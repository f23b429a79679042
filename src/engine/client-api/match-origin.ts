/**
 * Whether a browser's `Origin` is one of the domains that a project trusts (R-AUTH-03): `shop.example.com` for any
 * scheme and port, `https://shop.example.com` for exactly that, `*.example.com` for what lies below, `*` for all.
 */
export function matchOrigin(origin: string, domains: readonly string[]): boolean {
  return domains.some((domain) => matchDomain(origin, domain.toLowerCase()))
}

function matchDomain(origin: string, domain: string): boolean {
  if (domain === '*') return true
  if (!URL.canParse(origin)) return false
  const url = new URL(origin)
  if (domain.includes('://')) return url.origin === domain.replace(/\/+$/, '')
  if (domain.startsWith('*.')) return url.hostname.endsWith(domain.slice(1))
  return url.host === domain || url.hostname === domain
}
