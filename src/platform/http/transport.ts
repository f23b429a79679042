import type { FastifyInstance } from 'fastify'
import { invariant } from '../../kernel/assert.ts'
import type { HttpResponse } from './answer-reader.ts'
import type { HttpRequest, Send } from './client.ts'
import { HOPS_HEADER } from './hops.ts'
import type { InProcessDoors } from './in-process-doors.ts'
import { splitUrl } from './split-url.ts'

type Ways = {
  doors: InProcessDoors
  server: FastifyInstance
  ownOrigin: () => string
  /** The way to everybody else. */
  sendOut: Send
}

/**
 * A way to send that hands requests for our own address over in process: to their door, or else to the very routes and
 * handlers of `server`, without the socket. Everything else goes through `sendOut`.
 */
export function createTransport({ doors, server, ownOrigin, sendOut }: Ways): Send {
  return async (request) => {
    const door = doors.find(request)
    if (door) {
      const [answer] = await door([request])
      invariant(answer, 'a door answers what it takes')
      return answer
    }
    const { origin, path } = splitUrl(request.url)
    return origin === ownOrigin() ? inject(server, path, request) : sendOut(request)
  }
}

/** What comes to us from ourselves is one round of a loop, so it always says how many there were (D-18). */
async function inject(
  server: FastifyInstance,
  path: string,
  { method, headers: given, body }: HttpRequest,
): Promise<HttpResponse> {
  const response = await server.inject({
    method,
    url: path,
    headers: { [HOPS_HEADER]: '0', ...given },
    ...(body !== undefined && { payload: body }),
  })
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(response.headers)) headers[name] = String(value)
  return { status: response.statusCode, headers, body: response.payload }
}
