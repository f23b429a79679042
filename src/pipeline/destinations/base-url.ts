/**
 * The address of a server, without slashes at its end; undefined unless `text` is an http or https URL of host
 * and path alone (D-16). Which networks may be reached is the client's business.
 */
export function parseBaseUrl(text: string): string | undefined {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined
  const url = new URL(text)
  const hasMore = url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== ''
  return hasMore ? undefined : `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}
