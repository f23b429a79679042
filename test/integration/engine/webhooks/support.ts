import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { createWebhookSender } from '../../../../src/engine/webhooks/create-sender.ts'
import type { ProjectKeys } from '../../../../src/platform/auth/index.ts'
import { type CallAnswer, type TestApp, useTestApp } from '../../../support/test-app.ts'

export type Received = {
  path: string
  headers: IncomingHttpHeaders
  /** The bytes as they came. */
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: bodies are what tests look into, field by field.
  body: any
}
type Reply = { status: number; headers?: Record<string, string> } | 'never'

export type Hooks = TestApp & {
  /** Where the receiver is; every path is an endpoint of its own. */
  readonly address: string
  /** What came in, oldest first. */
  received(path?: string): Received[]
  /** Decides the answers to a path from now on; 200 is answered otherwise. */
  reply(path: string, decide: (received: Received) => Reply): void
  /** Calls the management API. */
  manage(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    body?: unknown,
    keys?: ProjectKeys,
  ): Promise<CallAnswer>
  /** Adds a webhook that is told `events` at `path` of the receiver; its id. */
  hook(path: string, events: string[], keys?: ProjectKeys): Promise<string>
  secretOf(id: string): Promise<string>
  /** Sends what is due now, a few messages to each endpoint. */
  send(): Promise<void>
  /** Sends all that is due now. */
  sendAll(): Promise<void>
}

/** The app with a receiver of webhooks beside it. Webhooks, and what was received, end with each test. */
export function useHooks(): Hooks {
  const t = useTestApp()
  let received: Received[] = []
  const replies = new Map<string, (received: Received) => Reply>()
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const path = request.url ?? ''
    const one = { path, headers: request.headers, text, body: JSON.parse(text) }
    received.push(one)
    const reply = replies.get(path)?.(one) ?? { status: 200 }
    if (reply === 'never') return
    response.writeHead(reply.status, reply.headers)
    response.end(`answer of ${path}`)
  })
  let address = ''
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterEach(async () => {
    received = []
    replies.clear()
    await t.db.kysely.deleteFrom('webhook_endpoint').execute()
    await t.db.kysely.deleteFrom('webhook_message').execute()
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  const manage: Hooks['manage'] = async (method, url, body, keys = t.keys) => {
    const response = await t.app.http.inject({
      method,
      url,
      headers: { authorization: `Bearer ${keys.adminToken}` },
      ...(body !== undefined && { payload: JSON.stringify(body) }),
    })
    return {
      status: response.statusCode,
      body: response.payload === '' ? undefined : response.json(),
      headers: response.headers,
    }
  }
  const send: Hooks['send'] = async () => {
    const sender = createWebhookSender(t.app.engine, () => undefined)
    await sender.run(new AbortController().signal)
    await sender.finish()
  }
  return {
    get db() {
      return t.db
    },
    get url() {
      return t.url
    },
    get app() {
      return t.app
    },
    get keys() {
      return t.keys
    },
    get address() {
      return address
    },
    clock: t.clock,
    addProject: t.addProject,
    call: t.call,
    received: (path) => received.filter((one) => path === undefined || one.path === path),
    reply: (path, decide) => {
      replies.set(path, decide)
    },
    manage,
    async hook(path, events, keys) {
      const wish = { target_url: `${address}${path}`, events }
      const { body } = await manage('POST', '/api/v1/webhooks', wish, keys)
      return body.id
    },
    async secretOf(id) {
      return (await manage('GET', `/api/v1/webhooks/${id}/secret`)).body.secret
    },
    send,
    async sendAll() {
      for (let before = -1; before < received.length; ) {
        before = received.length
        await send()
      }
    },
  }
}

/** Verifies a message as a receiver of Standard Webhooks does; throws when it is not genuine. */
export function verifyStandard(received: Received, secret: string): void {
  const {
    'webhook-id': id,
    'webhook-timestamp': time,
    'webhook-signature': given,
  } = received.headers
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const expected = createHmac('sha256', key).update(`${id}.${time}.${received.text}`).digest()
  const isGenuine = String(given)
    .split(' ')
    .map((signature) => Buffer.from(signature.replace(/^v1,/, ''), 'base64'))
    .some((signature) => signature.length === 32 && timingSafeEqual(signature, expected))
  if (!isGenuine) throw new Error('the signature does not match')
}
