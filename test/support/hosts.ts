import { Agent, createServer, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll } from 'vitest'
import { createHttpClient, type Send } from '../../src/platform/http/index.ts'

export type HostRequest = {
  method: string
  /** The host that it was meant for, and the path. */
  url: string
  headers: IncomingHttpHeaders
  body: string
}
type HostAnswer = { status: number; headers?: Record<string, string>; body?: unknown }

export type Hosts = {
  /** What has come in for any host, oldest first. */
  readonly requests: HostRequest[]
  reply(decide: (request: HostRequest) => HostAnswer): void
  /** Returns what came in since the last time, and forgets it. */
  take(): HostRequest[]
  /** A way to send that goes here whatever the host. */
  send: Send
  /** The same for clients of Node that take an agent, also for `https:`. */
  agent: Agent
}

/** A real HTTP server in place of every host there is. */
export function useHosts(): Hosts {
  let port = 0
  let requests: HostRequest[] = []
  let decide: (request: HostRequest) => HostAnswer = () => ({ status: 200 })
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const { method = '', headers } = request
    const received = { method, url: `${headers.host}${request.url}`, headers, body }
    requests.push(received)
    const answer = decide(received)
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers })
    response.end(JSON.stringify(answer.body ?? {}))
  })
  const client = createHttpClient({ isPrivateNetworkAllowed: true })
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const bound = server.address()
    port = typeof bound === 'object' && bound ? bound.port : 0
  })
  afterAll(async () => {
    await client.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return {
    get requests() {
      return requests
    },
    reply: (next) => {
      decide = next
    },
    take: () => {
      const taken = requests
      requests = []
      return taken
    },
    send: ({ url, headers, ...request }) => {
      const { host, pathname, search } = new URL(url)
      return client.send({
        ...request,
        url: `http://127.0.0.1:${port}${pathname}${search}`,
        headers: { ...headers, host },
      })
    },
    agent: new LocalAgent(() => port),
  }
}

/** Connects to a port of this machine, without TLS, wherever a request goes. */
class LocalAgent extends Agent {
  // Undefined is right for both protocols.
  protocol = undefined
  readonly #port: () => number

  constructor(port: () => number) {
    super()
    this.#port = port
  }

  override createConnection() {
    return connect(this.#port(), '127.0.0.1')
  }

  /** The published client calls it after each answer, while others are on their way. */
  override destroy(): void {}
}
