import { type ConnectionOptions, connect, type NatsConnection } from '@nats-io/transport-node'
import type { Log } from './log.ts'

/** NATS cannot be used as it is set up; `message` says what to do. */
export class NatsSetupError extends Error {
  override readonly name = 'NatsSetupError'
}

/** NATS did not answer: the same may work later. */
export class NatsUnavailableError extends Error {
  override readonly name = 'NatsUnavailableError'
  readonly code = 'ECONNRESET'
}

export type Nats = {
  readonly connection: NatsConnection
  /** The largest message that the server takes. */
  readonly payloadBytesMax: number
  isConnected(): boolean
  /**
   * Calls `listener` each time the connection is lost, for then awaited answers do not come any more. Returns the
   * way to end that.
   */
  onLost(listener: () => void): () => void
  close(): Promise<void>
}

const CONNECT_LIMIT_MS = 5_000
const RECONNECT_WAIT_MS = 250
/** A server that answers no sign of life for twice as long counts as gone. */
const PING_EVERY_MS = 10_000

/**
 * Connects to the servers of `url`, such as `nats://user:password@host:4222`, several separated by commas.
 * A connection that is lost later is made again by itself, for as long as it takes. Throws `NatsSetupError`
 * when none can be reached.
 */
export async function openNats(url: string, log: Log): Promise<Nats> {
  const connection = await connectTo(url)
  const listeners = new Set<() => void>()
  let isConnected = true
  const lose = (): void => {
    isConnected = false
    for (const listener of [...listeners]) listener()
  }
  const watch = async (): Promise<void> => {
    for await (const { type } of connection.status()) {
      if (type === 'disconnect') {
        log.warn('connection to NATS lost')
        lose()
      } else if (type === 'reconnect') {
        log.info('connected to NATS again')
        isConnected = true
      }
    }
  }
  void watch()
  void connection.closed().then(lose)
  return {
    connection,
    get payloadBytesMax() {
      return connection.info?.max_payload ?? 0
    },
    isConnected: () => isConnected,
    onLost: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => connection.close(),
  }
}

async function connectTo(url: string): Promise<NatsConnection> {
  try {
    return await connect({
      ...toServers(url),
      name: 'promoloop',
      timeout: CONNECT_LIMIT_MS,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_WAIT_MS,
      pingInterval: PING_EVERY_MS,
    })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new NatsSetupError(
      `NATS at ${withoutSecrets(url)} cannot be used: ${reason}. Start it, correct NATS_URL, or unset NATS_URL to keep the log in PostgreSQL.`,
      { cause },
    )
  }
}

const addressesOf = (url: string): URL[] =>
  url
    .split(',')
    .map((part) => new URL(/^\w+:\/\//.test(part.trim()) ? part.trim() : `nats://${part.trim()}`))

const withoutSecrets = (url: string): string =>
  addressesOf(url)
    .map(({ host }) => host)
    .join(', ')

/** Names and passwords stand in the address; the client wants them apart. A name alone is a token. */
function toServers(url: string): ConnectionOptions {
  const addresses = addressesOf(url)
  const { username = '', password = '' } = addresses.find((one) => one.username !== '') ?? {}
  const user = decodeURIComponent(username)
  return {
    servers: addresses.map(({ host }) => host),
    ...(password !== '' && { user, pass: decodeURIComponent(password) }),
    ...(user !== '' && password === '' && { token: user }),
    ...(addresses.some(({ protocol }) => protocol === 'tls:') && { tls: {} }),
  }
}
