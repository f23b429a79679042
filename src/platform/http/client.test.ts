import { createServer, type ServerResponse } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LIMITS } from '../limits.ts'
import { createHttpClient } from './client.ts'

const TIMEOUT_MS = 200
const MIB = 1_048_576

/** What each path of the server does. */
const ANSWERS: Record<string, (response: ServerResponse) => unknown> = {
  '/never': () => undefined,
  '/half': (response) => response.writeHead(200, { 'content-length': 9 }).write('half'),
  '/broken': (response) =>
    response.writeHead(200, { 'content-length': 9 }).write('half', () => response.destroy()),
  '/long': (response) => response.end(Buffer.alloc(10 * MIB, 'x')),
  '/long-in-chunks': (response) => {
    response.write(Buffer.alloc(5 * MIB, 'x'))
    response.end(Buffer.alloc(5 * MIB, 'x'))
  },
  '/short': (response) => response.writeHead(418, { 'x-cups': 'two' }).end('käme'),
}

describe('createHttpClient', () => {
  const server = createServer(({ url }, response) => ANSWERS[url ?? '']?.(response))
  const client = createHttpClient({ isPrivateNetworkAllowed: true })
  let address = ''
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const bound = server.address()
    address = `http://127.0.0.1:${typeof bound === 'object' ? bound?.port : ''}`
  })
  afterAll(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await client.close()
  })
  const send = (path: string) =>
    client.send({ method: 'POST', url: address + path, headers: {}, timeoutMs: TIMEOUT_MS })

  it('answers with the status, the headers and the text, whatever the status', async () => {
    expect(await send('/short')).toMatchObject({
      status: 418,
      headers: { 'x-cups': 'two' },
      body: 'käme',
    })
  })

  it.each(['/never', '/half'])('gives up when time is over: %s', async (path) => {
    await expect(send(path)).rejects.toMatchObject({
      name: 'NetworkError',
      code: 'ETIMEDOUT',
      message: 'Request timed out after 200ms',
    })
  })

  it('says that the connection was closed amid an answer', async () => {
    await expect(send('/broken')).rejects.toMatchObject({
      name: 'NetworkError',
      code: 'ECONNRESET',
    })
  })

  it.each(['/long', '/long-in-chunks'])(
    'reads the beginning of a long answer: %s',
    async (path) => {
      const url = address + path
      const { status, body } = await client.send({ method: 'POST', url, headers: {} })
      expect(status).toBe(200)
      expect(body.length).toBe(LIMITS.responseBytesMax)
    },
  )

  it('refuses an address of this machine unless it is allowed (D-16)', async () => {
    const guarded = createHttpClient({ isPrivateNetworkAllowed: false })
    const request = { method: 'GET', url: `${address}/short`, headers: {} } as const
    await expect(guarded.send(request)).rejects.toMatchObject({ code: 'EPRIVATE' })
    await guarded.close()
  })
})
