import type { HttpRequest, HttpResponse } from '../../../platform/http/index.ts'

const REDIRECTS = new Set([301, 302, 303, 307, 308])
const KEEPS_METHOD = new Set([307, 308])
/** What only the server may read that the request was made for. */
const SECRETS = ['authorization', 'www-authenticate', 'cookie', 'cookie2']
const OF_BODY = ['content-type', 'content-length']

/**
 * The request that follows an answer which sends elsewhere; undefined when it is none, or says no address, so
 * that it is the answer itself (§6.4). Requests to another origin go without credentials.
 */
export function toRedirect(
  request: HttpRequest,
  { status, headers }: Pick<HttpResponse, 'status' | 'headers'>,
): HttpRequest | undefined {
  const location = headers['location']
  if (!REDIRECTS.has(status) || location === undefined || !URL.canParse(location, request.url))
    return undefined
  const to = new URL(location, request.url)
  if (to.protocol !== 'http:' && to.protocol !== 'https:') return undefined
  const { method, body, headers: sent, ...rest } = request
  const becomesGet = !KEEPS_METHOD.has(status) && (method === 'POST' || status === 303)
  const left = [
    ...(to.origin === new URL(request.url).origin ? [] : [...SECRETS, 'host']),
    ...(becomesGet ? OF_BODY : []),
  ]
  return {
    ...rest,
    method: becomesGet ? 'GET' : method,
    url: to.href,
    headers: Object.fromEntries(Object.entries(sent).filter(([name]) => !left.includes(name))),
    ...(!becomesGet && body !== undefined && { body }),
  }
}
