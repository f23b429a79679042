import type { FastifyInstance } from 'fastify'
import { command, toCall } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { answerConsents, showConsents } from './say-consents.ts'

type OfReference = { Params: { reference: string } }

/** `/v1/consents` and what a customer says to them: older clients call both. */
export function consentRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.get('/v1/consents', (request) => showConsents(deps.db, toCall(request, deps).projectId))

  app.put<OfReference>('/v1/customers/:reference/consents', (request, reply) =>
    command(deps, request, reply, (tx, call) =>
      answerConsents(tx, call, { ...request.params, body: request.body }),
    ),
  )
}
