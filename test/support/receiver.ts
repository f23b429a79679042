import { createServer, type IncomingHttpHeaders } from 'node:http'
import { afterAll, beforeAll } from 'vitest'

export type ReceivedRequest = {
  method: string
  path: string
  headers: IncomingHttpHeaders
  // biome-ignore lint/suspicious/noExplicitAny: bodies are what tests look into, field by field.
  body: any
}

export type Reply = { status: number; headers?: Record<string, string>; body?: unknown }

export type Receiver = {
  readonly address: string
  /** What has come in, oldest first. */
  readonly requests: ReceivedRequest[]
  /** How many requests were being answered at the same time, at most. */
  readonly mostAtOnce: number
  /** Decides the answers from now on; may take its time. */
  reply(decide: (request: ReceivedRequest) => Reply | Promise<Reply>): void
  /** Forgets what came in and answers 200 again. */
  reset(): void
}

const OK: Reply = { status: 200, body: {} }

/** A real HTTP server in place of somebody else's, on a port of its own for the length of a test file. */
export function useReceiver(): Receiver {
  let decide: (request: ReceivedRequest) => Reply | Promise<Reply> = () => OK
  let requests: ReceivedRequest[] = []
  let atOnce = 0
  let mostAtOnce = 0

  const server = createServer(async (request, response) => {
    atOnce += 1
    mostAtOnce = Math.max(mostAtOnce, atOnce)
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const received = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: text === '' ? undefined : JSON.parse(text),
    }
    requests.push(received)
    const { status, headers, body } = await decide(received)
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify(body ?? {}))
    atOnce -= 1
  })
  let address = ''
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const bound = server.address()
    address = `http://127.0.0.1:${typeof bound === 'object' ? bound?.port : ''}`
  })
  afterAll(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  return {
    get address() {
      return address
    },
    get requests() {
      return requests
    },
    get mostAtOnce() {
      return mostAtOnce
    },
    reply: (next) => {
      decide = next
    },
    reset: () => {
      decide = () => OK
      requests = []
      mostAtOnce = 0
    },
  }
}
