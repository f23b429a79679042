/** Where a request goes, and what it asks for there. */
export type SplitUrl = { origin: string; path: string }

const REMEMBERED_MAX = 1_000
const remembered = new Map<string, SplitUrl>()

/**
 * The origin and the path with the query of a URL. Most requests go to few addresses, and reading one takes as long as
 * making the request's body, so those that were read are remembered. Throws for text that is no URL.
 */
export function splitUrl(url: string): SplitUrl {
  const known = remembered.get(url)
  if (known) return known
  const { origin, pathname, search } = new URL(url)
  const split = { origin, path: `${pathname}${search}` }
  if (remembered.size >= REMEMBERED_MAX) remembered.clear()
  remembered.set(url, split)
  return split
}
