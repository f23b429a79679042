import type { FastifyInstance } from 'fastify'
import { openManagement } from '../platform/management/index.ts'
import type { PipelineDeps } from './context.ts'
import { deliveryRoutes } from './deliveries/index.ts'
import { destinationRoutes } from './destinations/index.ts'
import { receivedEventRoutes } from './log/index.ts'
import { sourceRoutes } from './sources/index.ts'
import { trackingRoutes } from './tracking/index.ts'

/** The pipeline's doors: the Tracking API under `/v1`, and the management API under `/api/v1`. */
export async function registerPipeline(app: FastifyInstance, deps: PipelineDeps): Promise<void> {
  await app.register((tracking) => trackingRoutes(tracking, deps))
  await openManagement(app, deps, (scope) => {
    sourceRoutes(scope, deps)
    destinationRoutes(scope, deps)
    receivedEventRoutes(scope, deps)
    deliveryRoutes(scope, deps)
  })
}
