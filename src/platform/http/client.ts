import { lookup } from 'node:dns/promises'
import { EventEmitter } from 'node:events'
import { isIP } from 'node:net'
import { Agent, buildConnector, type Dispatcher } from 'undici'
import { LIMITS } from '../limits.ts'
import { isPrivateAddress } from './private-address.ts'

export type HttpRequest = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  url: string
  headers: Record<string, string>
  body?: string
  timeoutMs?: number
}

/** An answer; of a body longer than `LIMITS.responseBytesMax` only so much. */
export type HttpResponse = { status: number; headers: Record<string, string>; body: string }

/** Sends a request and resolves with whatever answer came; throws `NetworkError` when none did. */
export type Send = (request: HttpRequest) => Promise<HttpResponse>

/** No answer: the name did not resolve, the connection broke, time ran out, or the guard refused. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError'
  /** `ETIMEDOUT`, `ECONNREFUSED`, `ENOTFOUND`, `EPRIVATE` (refused by the guard), … */
  readonly code: string

  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}

export type HttpClient = { send: Send; close(): Promise<void> }

/**
 * The only way out to other servers: keep-alive connections, a time limit, a limit on what is read of an
 * answer, no redirects. Addresses of loopback and private networks are refused after their name was
 * resolved, on the connection itself, so a name cannot change its mind in between (D-16).
 */
export function createHttpClient({
  isPrivateNetworkAllowed,
}: {
  isPrivateNetworkAllowed: boolean
}): HttpClient {
  const agent = new Agent({
    connect: isPrivateNetworkAllowed ? {} : guardedConnector(),
    connections: 64,
    keepAliveTimeout: 30_000,
  })
  return {
    send: (request) => send(agent, request),
    close: () => agent.close(),
  }
}

function guardedConnector(): buildConnector.connector {
  const connect = buildConnector({})
  return (options, callback) => {
    resolvePublicAddress(options.hostname).then(
      (address) =>
        // The name stays for TLS; the socket goes to the address that was checked.
        connect(
          { ...options, hostname: address, servername: options.servername ?? options.hostname },
          callback,
        ),
      (error: Error) => callback(error, null),
    )
  }
}

async function resolvePublicAddress(hostname: string): Promise<string> {
  const bare = hostname.replace(/^\[|\]$/g, '')
  const address = isIP(bare) ? bare : (await lookup(bare)).address
  if (isPrivateAddress(address)) {
    throw new NetworkError(
      'EPRIVATE',
      `${hostname} is an address of this machine or a private network: set PROMOLOOP_ALLOW_PRIVATE_NETWORK=1 to allow it`,
    )
  }
  return address
}

/** What ends a request when its time is over. An `AbortSignal` for each would cost as much as sending it. */
class TimeLimit extends EventEmitter {
  reason: NetworkError | undefined
  readonly #timer: NodeJS.Timeout

  constructor(ms: number) {
    super()
    this.#timer = setTimeout(() => {
      this.reason = new NetworkError('ETIMEDOUT', `Request timed out after ${ms}ms`)
      this.emit('abort')
    }, ms)
  }

  end(): void {
    clearTimeout(this.#timer)
  }
}

async function send(dispatcher: Dispatcher, request: HttpRequest): Promise<HttpResponse> {
  const timeoutMs = request.timeoutMs ?? LIMITS.deliveryTimeoutMs
  const limit = new TimeLimit(timeoutMs)
  try {
    const url = new URL(request.url)
    const response = await dispatcher.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: request.method,
      headers: request.headers,
      ...(request.body !== undefined && { body: request.body }),
      signal: limit,
    })
    const headers: Record<string, string> = {}
    for (const [name, value] of Object.entries(response.headers)) headers[name] = String(value)
    return { status: response.statusCode, headers, body: await readBody(response) }
  } catch (error) {
    throw toNetworkError(error)
  } finally {
    limit.end()
  }
}

/**
 * The body as text. What counts is the status (pipeline §6.6), so a body that is too long is no reason to call
 * again: its rest is left, with the connection it would come over.
 */
async function readBody({ headers, body }: Dispatcher.ResponseData): Promise<string> {
  const bytesMax = LIMITS.responseBytesMax
  if (Number(headers['content-length']) <= bytesMax) return body.text()
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    bytes += chunk.length
    // Leaving the loop closes the connection.
    if (bytes > bytesMax) break
  }
  return Buffer.concat(chunks).toString('utf8', 0, Math.min(bytes, bytesMax))
}

function toNetworkError(error: unknown): NetworkError {
  if (error instanceof NetworkError) return error
  const given = error instanceof Error && 'code' in error ? String(error.code) : 'ECONNRESET'
  // What undici calls a connection that the other side closed (pipeline §7.2).
  const code = given === 'UND_ERR_SOCKET' ? 'ECONNRESET' : given
  const timedOut =
    code === 'UND_ERR_CONNECT_TIMEOUT' ||
    code === 'UND_ERR_HEADERS_TIMEOUT' ||
    code === 'UND_ERR_BODY_TIMEOUT'
  return new NetworkError(
    timedOut ? 'ETIMEDOUT' : code,
    error instanceof Error ? error.message : String(error),
    error,
  )
}
