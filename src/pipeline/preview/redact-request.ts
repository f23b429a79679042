import type { HttpRequest } from '../../platform/http/index.ts'
import { MASK } from '../destinations/index.ts'

/** Headers whose value is never shown, whatever it is made of. */
const SECRET_HEADERS = new Set(['authorization', 'proxy-authorization', 'cookie'])

/**
 * `request` as it may be shown: without `secrets` of the destination, neither as they are nor in base64 or
 * URL encoding, and without the headers that identify us.
 */
export function redactRequest(request: HttpRequest, secrets: readonly string[]): HttpRequest {
  // Longer ones first: what begins with another secret must not be left with its rest in sight.
  const hidden = [...new Set(secrets.filter((secret) => secret !== '').flatMap(spellingsOf))].sort(
    (a, b) => b.length - a.length,
  )
  const hide = (text: string): string =>
    hidden.reduce((shown, secret) => shown.replaceAll(secret, MASK), text)
  const headers = Object.entries(request.headers).map(([name, value]) => [
    name,
    SECRET_HEADERS.has(name.toLowerCase()) ? MASK : hide(value),
  ])
  return {
    ...request,
    url: hide(request.url),
    headers: Object.fromEntries(headers),
    ...(request.body !== undefined && { body: hide(request.body) }),
  }
}

const spellingsOf = (secret: string): string[] => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString('base64'),
]
