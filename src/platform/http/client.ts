import { lookup } from 'node:dns/promises'
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

export type HttpResponse = { status: number; headers: Record<string, string>; body: string }

/** Sends a request and resolves with whatever answer came; throws `NetworkError` when none did. */
export type Send = (request: HttpRequest) => Promise<HttpResponse>

/** No answer: the name did not resolve, the connection broke, time ran out, or the guard refused. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError'
  /** `ETIMEDOUT`, `ECONNREFUSED`, `ENOTFOUND`, `EPRIVATE` (refused by the guard), `ETOOLARGE`, … */
  readonly code: string

  constructor(code: string, message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}

export type HttpClient = { send: Send; close(): Promise<void> }

/**
 * The only way out to other servers: keep-alive connections, a time limit, a limit on the size of the
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
    maxResponseSize: LIMITS.responseBytesMax,
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

async function send(dispatcher: Dispatcher, request: HttpRequest): Promise<HttpResponse> {
  const timeoutMs = request.timeoutMs ?? LIMITS.deliveryTimeoutMs
  try {
    const url = new URL(request.url)
    const response = await dispatcher.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: request.method,
      headers: request.headers,
      ...(request.body !== undefined && { body: request.body }),
      signal: AbortSignal.timeout(timeoutMs),
    })
    const headers: Record<string, string> = {}
    for (const [name, value] of Object.entries(response.headers)) headers[name] = String(value)
    return { status: response.statusCode, headers, body: await response.body.text() }
  } catch (error) {
    throw toNetworkError(error, timeoutMs)
  }
}

function toNetworkError(error: unknown, timeoutMs: number): NetworkError {
  if (error instanceof NetworkError) return error
  if (error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError')) {
    return new NetworkError('ETIMEDOUT', `Request timed out after ${timeoutMs}ms`, error)
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'ECONNRESET'
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return new NetworkError(
      'ETOOLARGE',
      `the answer is larger than ${LIMITS.responseBytesMax} bytes`,
      error,
    )
  }
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
