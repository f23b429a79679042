import type { FastifyInstance, HTTPMethods } from 'fastify'
import { ApiError } from '../../kernel/api-error.ts'

/**
 * Paths of the reference under which this version has nothing yet. They answer 501, so that a client learns that the
 * feature is missing and not the object (D-20). docs/reference/compatibility.md lists the same; a test holds both equal.
 */
export const MISSING_AREAS: readonly string[] = ['/v2/loyalties']

const METHODS: HTTPMethods[] = ['GET', 'POST', 'PUT', 'DELETE']

/**
 * Answers what is not here yet, whoever knocks. Refused before the body is read: what it holds does not matter, nor in
 * which form.
 */
export function missingRoutes(app: FastifyInstance): void {
  for (const area of MISSING_AREAS) {
    for (const url of [area, `${area}/*`]) {
      app.route({
        method: METHODS,
        url,
        onRequest: async (request) => {
          const path = request.url.split('?', 1)[0]
          throw new ApiError('not_implemented', {
            details: `${request.method} ${path} is not supported yet`,
          })
        },
        handler: async () => undefined,
      })
    }
  }
}
