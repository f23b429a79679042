import type { FastifyInstance } from 'fastify'
import type { PipelineDeps } from './context.ts'
import { trackingRoutes } from './tracking/index.ts'

/** The pipeline's doors: the Tracking API under `/v1`, and the management API under `/api/v1`. */
export async function registerPipeline(app: FastifyInstance, deps: PipelineDeps): Promise<void> {
  await app.register((tracking) => trackingRoutes(tracking, deps))
}
