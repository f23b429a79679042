import { inTransaction } from '../../platform/db.ts'
import { type ManagementScope, toAdmin } from '../../platform/management/index.ts'
import { type EngineDeps, toAdminCall } from '../context.ts'
import { simulate } from './simulate.ts'
import { SIMULATED, SIMULATION } from './simulation.schema.ts'

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
