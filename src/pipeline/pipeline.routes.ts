import type { FastifyInstance } from 'fastify'
import type { ManagementScope } from '../platform/management/index.ts'
import type { PipelineDeps } from './context.ts'
import { deliveryRoutes } from './deliveries/index.ts'
import { destinationRoutes } from './destinations/index.ts'
import { receivedEventRoutes } from './log/index.ts'
import { previewRoutes } from './preview/index.ts'
import { replayRoutes } from './replays/index.ts'
import { sourceRoutes } from './sources/index.ts'
import { traceRoutes } from './trace/index.ts'
import { trackingRoutes } from './tracking/index.ts'

/** The pipeline's door: the Tracking API under `/v1`. */
export async function registerPipeline(app: FastifyInstance, deps: PipelineDeps): Promise<void> {
  await app.register((tracking) => trackingRoutes(tracking, deps))
}

/** The pipeline's part of the management API. */
export function pipelineManagementRoutes(scope: ManagementScope, deps: PipelineDeps): void {
  sourceRoutes(scope, deps)
  destinationRoutes(scope, deps)
  receivedEventRoutes(scope, deps)
  deliveryRoutes(scope, deps)
  replayRoutes(scope, deps)
  previewRoutes(scope, deps)
  traceRoutes(scope, deps)
}
