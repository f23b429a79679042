import type { FastifyInstance, HTTPMethods } from 'fastify'
import { ApiError } from '../../kernel/api-error.ts'

/**
 * Paths of the reference under which this version has nothing yet. They answer 501, so that a client learns
 * that the feature is missing and not the object (D-20). docs/reference/compatibility.md lists the same; a
 * test holds both equal.
 */
export const MISSING_AREAS: readonly string[] = [
  '/v1/consents',
  '/v1/metadata-schemas',
  '/v1/templates',
]

/** The same for the doors that open with other keys than the server API's. */
export const MISSING_DOORS: readonly string[] = ['/client/v1/consents', '/management/v1']

/** Single endpoints that are missing beside others that are here; older clients still call some of them. */
export const MISSING_ENDPOINTS: readonly [method: HTTPMethods, path: string][] = [
  ['PUT', '/v1/customers/:id/consents'],
  ['PUT', '/client/v1/customers/:id/consents'],
  ['PUT', '/v1/segments/:id'],
  ['GET', '/v1/segments/:id/activities'],
  ['POST', '/v1/validation-rules/:id/validation'],
]

const METHODS: HTTPMethods[] = ['GET', 'POST', 'PUT', 'DELETE']

/** Answers what the server API does not have yet; registered in its scope, so callers authenticate first. */
export function missingRoutes(app: FastifyInstance): void {
  for (const area of MISSING_AREAS) answerMissingArea(app, area)
  for (const [method, url] of MISSING_ENDPOINTS)
    if (isOfServerApi(url)) answerMissing(app, [method], url)
}

/** Answers what is missing behind other doors, whoever knocks. */
export function missingDoors(app: FastifyInstance): void {
  for (const door of MISSING_DOORS) answerMissingArea(app, door)
  for (const [method, url] of MISSING_ENDPOINTS)
    if (!isOfServerApi(url)) answerMissing(app, [method], url)
}

const isOfServerApi = (path: string): boolean => path.startsWith('/v1/')

function answerMissingArea(app: FastifyInstance, area: string): void {
  answerMissing(app, METHODS, area)
  answerMissing(app, METHODS, `${area}/*`)
}

/** Refused before the body is read: what it holds does not matter, nor in which form. */
function answerMissing(app: FastifyInstance, method: HTTPMethods[], url: string): void {
  app.route({
    method,
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
