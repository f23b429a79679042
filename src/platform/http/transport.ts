import type { FastifyInstance } from 'fastify'
import type { Send } from './client.ts'
import { HOPS_HEADER } from './hops.ts'
import { splitUrl } from './split-url.ts'

/**
 * A way to send that hands requests for our own address to `server` in process: the very same routes
 * and handlers, without the socket. Everything else goes through `sendOut`. What comes to us from ourselves is
 * one round of a loop, so it always says how many there were (D-18).
 */
export function createTransport(
  server: FastifyInstance,
  ownOrigin: () => string,
  sendOut: Send,
): Send {
  return async (request) => {
    const { origin, path } = splitUrl(request.url)
    if (origin !== ownOrigin()) return sendOut(request)
    const response = await server.inject({
      method: request.method,
      url: path,
      headers: { [HOPS_HEADER]: '0', ...request.headers },
      ...(request.body !== undefined && { payload: request.body }),
    })
    const headers: Record<string, string> = {}
    for (const [name, value] of Object.entries(response.headers)) headers[name] = String(value)
    return { status: response.statusCode, headers, body: response.payload }
  }
}
