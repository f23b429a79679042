import type { FastifyInstance } from 'fastify'
import { inTransaction } from '../../platform/db.ts'
import { type ManagementScope, toAdmin } from '../../platform/management/index.ts'
import { command } from '../api/index.ts'
import { type EngineDeps, toAdminCall } from '../context.ts'
import { simulate } from './simulate.ts'
import { SIMULATED, SIMULATION } from './simulation.schema.ts'
import { validateRule } from './validate-rule.ts'

/** `/api/v1/simulations`: what a validation would answer if something were different. */
export function simulationRoutes(
  app: ManagementScope,
  { db, clock }: Pick<EngineDeps, 'db' | 'clock'>,
): void {
  app.post(
    '/api/v1/simulations',
    {
      schema: {
        operationId: 'simulate',
        summary:
          'Try redeemables, drafts among them, at any moment and for anybody; nothing is written',
        tags: ['Simulations'],
        body: SIMULATION,
        response: { 200: SIMULATED },
      },
    },
    async (request) => {
      const { projectId } = toAdmin(request)
      const call = toAdminCall(projectId, request.id, clock.now())
      return inTransaction(db, (tx) => simulate(tx, call, request.body)) as Promise<never>
    },
  )
}

/** `POST /v1/validation-rules/{id}/validation`: older clients ask whether a rule would be met. */
export function ruleValidationRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.post<{ Params: { id: string } }>('/v1/validation-rules/:id/validation', (request, reply) =>
    command(deps, request, reply, async (tx, call) => ({
      status: 200,
      body: await validateRule(tx, call, { id: request.params.id, body: request.body }),
    })),
  )
}
