import { parseBaseUrl } from '../base-url.ts'

/**
 * The Custom URL that belongs to an API endpoint of Voucherify's cloud, in any region or dedicated: the word
 * `api` of its host becomes `segmentio`. Undefined for any other address.
 */
export function toSegmentioUrl(apiEndpoint: string): string | undefined {
  if (parseBaseUrl(apiEndpoint) === undefined) return undefined
  const { protocol, host, hostname } = new URL(apiEndpoint)
  if (!hostname.endsWith('.voucherify.io')) return undefined
  const labels = host.split('.')
  const place = labels.indexOf('api')
  return place === -1 ? undefined : `${protocol}//${labels.with(place, 'segmentio').join('.')}`
}
