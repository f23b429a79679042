/**
 * Loyalty programs: campaigns whose cards collect points.
 * Start at program.routes.ts and member.routes.ts; how points move is in the module `points`.
 */
import type { FastifyInstance } from 'fastify'
import type { EngineDeps } from '../context.ts'
import { memberRoutes } from './member.routes.ts'
import { memberActivityRoutes } from './member-activity.routes.ts'
import { pendingPointsRoutes } from './pending-points.routes.ts'
import { programRoutes } from './program.routes.ts'
import { programPointsRoutes } from './program-points.routes.ts'

export { TRANSFERS } from './transfer-points.ts'

/** `/v1/loyalties`. */
export function loyaltyRoutes(app: FastifyInstance, deps: EngineDeps): void {
  programRoutes(app, deps)
  programPointsRoutes(app, deps)
  memberRoutes(app, deps)
  memberActivityRoutes(app, deps)
  pendingPointsRoutes(app, deps)
}
