import type { FastifyInstance, HTTPMethods } from 'fastify'
import { ApiError } from '../../kernel/api-error.ts'

/**
 * Paths of the reference under which this version has nothing yet. They answer 501, so that a client learns
 * that the feature is missing and not the object (D-20). docs/reference/compatibility.md lists the same; a
 * test holds both equal.
 */
export const MISSING_AREAS: readonly string[] = [
  '/v1/consents',
  '/v1/loyalties',
  '/v1/metadata-schemas',
  '/v1/referrals',
  '/v1/rewards',
  '/v1/segments',
  '/v1/templates',
]

/** The same for the doors that open with other keys than the server API's. */
export const MISSING_DOORS: readonly string[] = [
  '/client/v1/consents',
  '/client/v1/customers',
  '/client/v1/vouchers',
  '/management/v1',
]

/** Single endpoints that are missing beside others that are here; older clients still call some of them. */
export const MISSING_ENDPOINTS: readonly [method: HTTPMethods, path: string][] = [
  ['POST', '/v1/customers/:id/permanent-deletion'],
  ['PUT', '/v1/customers/:id/consents'],
  ['GET', '/v1/customers/:id/redeemables'],
  ['GET', '/v1/customers/:id/segments'],
  ['POST', '/v1/customers/bulk/async'],
  ['POST', '/v1/customers/importCSV'],
  ['POST', '/v1/customers/metadata/async'],
  ['POST', '/v1/vouchers/publish'],
  ['POST', '/v1/validation-rules/:id/validation'],
]

const METHODS: HTTPMethods[] = ['GET', 'POST', 'PUT', 'DELETE']

/** Answers what the server API does not have yet; registered in its scope, so callers authenticate first. */
export function missingRoutes(app: FastifyInstance): void {
  for (const area of MISSING_AREAS) answerMissingArea(app, area)
  for (const [method, url] of MISSING_ENDPOINTS) answerMissing(app, [method], url)
}

/** Answers the doors that are closed altogether, whoever knocks. */
export function missingDoors(app: FastifyInstance): void {
  for (const door of MISSING_DOORS) answerMissingArea(app, door)
}

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
