import { STATUS_CODES } from 'node:http'
import { isPlainObject } from '../../../kernel/json.ts'
import type { HttpRequest, HttpResponse, Send } from '../../../platform/http/index.ts'
import { LIMITS } from '../../../platform/limits.ts'
import { USER_AGENT } from '../user-agent.ts'
import type { ForeignCore, ForeignResponse, RequestClient, RequestOptions } from './foreign.ts'
import { toRedirect } from './redirect.ts'

/**
 * The request client that foreign code is given (§6.4), over our own `send`: the same options and answers as
 * the published one, but requests go the way of all deliveries, past its guard and within its limits.
 * `defaults` stand under the options of each call.
 *
 * Throws `HTTPError` of `core` for an answer that is not 2xx unless `throwHttpErrors` is false, and
 * `NetworkError` when there was none.
 */
export function createRequestClient(
  core: ForeignCore,
  send: Send,
  defaults: RequestOptions = {},
): RequestClient {
  // What cannot become a request is thrown at once, not as a rejection: foreign code counts on it.
  return (url, options = {}) => {
    const merged = mergeOptions(core, defaults, options)
    const request = toRequest(core, url, merged)
    return exchange(core, send, request, merged)
  }
}

async function exchange(
  core: ForeignCore,
  send: Send,
  request: Request,
  options: RequestOptions,
): Promise<ForeignResponse> {
  const answer = await sendThrough(send, await toHttpRequest(request, options))
  const response = Object.assign(toResponse(core, answer), { request, options })
  if (response.ok || options.throwHttpErrors === false) return response
  throw new core.HTTPError(response, request, options)
}

/** `over` on top of `under`: headers one by one whatever their case, other objects member by member. */
function mergeOptions(
  core: ForeignCore,
  under: RequestOptions,
  over: RequestOptions,
): RequestOptions & { headers: Headers } {
  const headers = new core.Headers({ 'user-agent': USER_AGENT })
  for (const source of [under.headers, over.headers]) addHeaders(core, headers, source)
  return { ...(mergeMembers(under, over) as RequestOptions), headers }
}

function addHeaders(core: ForeignCore, headers: Headers, source: RequestOptions['headers']): void {
  if (!source) return
  // A header that is undefined comes out as this text, and takes away what stood under it.
  new core.Headers(source as Record<string, string>).forEach((value, name) => {
    if (value === 'undefined') headers.delete(name)
    else headers.set(name, value)
  })
}

function mergeMembers(under: unknown, over: unknown): unknown {
  if (!isPlainObject(under) || !isPlainObject(over)) return over
  const merged: Record<string, unknown> = { ...under }
  for (const [key, value] of Object.entries(over))
    merged[key] = Object.hasOwn(under, key) ? mergeMembers(under[key], value) : value
  return merged
}

/** The request as the published client makes it, with what the class `Request` adds to a body by its kind. */
function toRequest(
  core: ForeignCore,
  url: string,
  options: RequestOptions & { headers: Headers },
): Request {
  const { username = '', password = '', searchParams, json, headers } = options
  if (username !== '' || password !== '')
    headers.set(
      'authorization',
      `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
    )
  if (json !== undefined) headers.set('content-type', 'application/json')
  const body = json === undefined ? options.body : JSON.stringify(json)
  const request = new core.Request(withQuery(url, searchParams), {
    method: (options.method ?? 'GET').toUpperCase(),
    headers,
    ...(body !== undefined && { body: body as NonNullable<RequestInit['body']> }),
  })
  if (!METHODS[request.method]) throw new TypeError(`${request.method} is not supported`)
  if (!/^https?:\/\//i.test(request.url))
    throw new TypeError(`${request.url} does not begin with http:// or https://`)
  return request
}

/** `url` with `searchParams` in place of its own query. */
function withQuery(url: string, searchParams: unknown): string {
  if (!searchParams) return url
  const changed = new URL(url)
  changed.search = new URLSearchParams(searchParams as Record<string, string>).toString()
  return changed.href
}

/** They belong to the connection, which is `send`'s; an answer is never asked for in a compressed form. */
const HEADERS_OF_CONNECTIONS = [
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'expect',
  'content-length',
  'accept-encoding',
]

const METHODS: Record<string, HttpRequest['method'] | undefined> = {
  GET: 'GET',
  // An answer without a body is not worth a way of its own.
  HEAD: 'GET',
  POST: 'POST',
  PUT: 'PUT',
  PATCH: 'PATCH',
  DELETE: 'DELETE',
}

async function toHttpRequest(
  request: Request,
  { timeout = LIMITS.deliveryTimeoutMs }: RequestOptions,
): Promise<HttpRequest> {
  const method = METHODS[request.method] ?? 'GET'
  const headers: Record<string, string> = { accept: '*/*' }
  request.headers.forEach((value, name) => {
    headers[name.toLowerCase()] = value
  })
  for (const name of HEADERS_OF_CONNECTIONS) delete headers[name]
  const body = request.body ? toText(await request.arrayBuffer()) : undefined
  const timeoutMs = timeout || LIMITS.foreignAttemptMsMax
  return { method, url: request.url, headers, timeoutMs, ...(body !== undefined && { body }) }
}

function toText(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new TypeError('the body of a request must be text: other bytes cannot be sent', { cause })
  }
}

/** Sends, and follows redirects. Each address that is named on the way passes the same guard (D-16). */
async function sendThrough(
  send: Send,
  request: HttpRequest,
): Promise<HttpResponse & { url: string }> {
  let next = request
  for (let redirects = 0; ; redirects += 1) {
    const answer = await send(next)
    const redirect = toRedirect(next, answer)
    if (!redirect || redirects === LIMITS.foreignRedirectsMax) return { ...answer, url: next.url }
    next = redirect
  }
}

/** Statuses whose answers have no body; the class `Response` takes none for them. */
const WITHOUT_BODY = new Set([204, 205, 304])

function toResponse(
  core: ForeignCore,
  { status, headers, body: content, url }: HttpResponse & { url: string },
): ForeignResponse {
  const response = new core.Response(WITHOUT_BODY.has(status) ? null : content, {
    status,
    statusText: STATUS_CODES[status] ?? '',
    headers,
    url,
  })
  Object.defineProperty(response.headers, 'toJSON', { value: () => headers })
  const data = parseData(response.headers.get('content-type'), content)
  return Object.assign(response, { content, data })
}

/** What is called JSON and is none stays text, where the published client has nothing (§6.4). */
function parseData(contentType: string | null, content: string): unknown {
  if (!contentType?.includes('application/json')) return content
  try {
    return JSON.parse(content)
  } catch {
    return content
  }
}
