/**
 * The address under which an engine takes calls, without slashes at its end; undefined unless `text` is an
 * http or https URL of host and path alone (D-16). Which networks may be reached is the client's business.
 */
export function parseCustomUrl(text: string): string | undefined {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined
  const url = new URL(text)
  const hasMore = url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== ''
  return hasMore ? undefined : `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}

/**
 * The Custom URL that belongs to an API endpoint of Voucherify's cloud, in any region or dedicated: the word
 * `api` of its host becomes `segmentio`. Undefined for any other address.
 */
export function toSegmentioUrl(apiEndpoint: string): string | undefined {
  if (parseCustomUrl(apiEndpoint) === undefined) return undefined
  const { protocol, host, hostname } = new URL(apiEndpoint)
  if (!hostname.endsWith('.voucherify.io')) return undefined
  const labels = host.split('.')
  const place = labels.indexOf('api')
  return place === -1 ? undefined : `${protocol}//${labels.with(place, 'segmentio').join('.')}`
}
