import type { FastifyInstance } from 'fastify'
import type { PipelineDeps } from './context.ts'

/** The pipeline's doors: the Tracking API under `/v1`, and the management API under `/api/v1`. */
export async function registerPipeline(_app: FastifyInstance, _deps: PipelineDeps): Promise<void> {}
