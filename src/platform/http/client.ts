import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { Agent, buildConnector, type Dispatcher } from 'undici'
import { LIMITS } from '../limits.ts'
import { AnswerReader, type HttpResponse } from './answer-reader.ts'
import { isPrivateAddress } from './private-address.ts'
import { splitUrl } from './split-url.ts'

export type HttpRequest = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  url: string
  headers: Readonly<Record<string, string>>
  body?: string | undefined
  timeoutMs?: number | undefined
}

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

async function send(dispatcher: Dispatcher, request: HttpRequest): Promise<HttpResponse> {
  const { url, method, headers, body, timeoutMs = LIMITS.deliveryTimeoutMs } = request
  try {
    const { origin, path } = splitUrl(url)
    return await new Promise((resolve, reject) => {
      const reader = new AnswerReader({ resolve, reject }, timeoutMs, () => timedOut(timeoutMs))
      dispatcher.dispatch({ origin, path, method, headers, body: body ?? null }, reader)
    })
  } catch (error) {
    throw toNetworkError(error)
  }
}

const timedOut = (ms: number): NetworkError =>
  new NetworkError('ETIMEDOUT', `Request timed out after ${ms}ms`)

function toNetworkError(error: unknown): NetworkError {
  if (error instanceof NetworkError) return error
  const given = error instanceof Error && 'code' in error ? String(error.code) : 'ECONNRESET'
  // What undici calls a connection that the other side closed (pipeline §7.2).
  const code = given === 'UND_ERR_SOCKET' ? 'ECONNRESET' : given
  const isLate =
    code === 'UND_ERR_CONNECT_TIMEOUT' ||
    code === 'UND_ERR_HEADERS_TIMEOUT' ||
    code === 'UND_ERR_BODY_TIMEOUT'
  return new NetworkError(
    isLate ? 'ETIMEDOUT' : code,
    error instanceof Error ? error.message : String(error),
    error,
  )
}
