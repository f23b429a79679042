import type { FastifyInstance } from 'fastify'
import { byApplicationKeys, openDoor } from './api/index.ts'
import type { EngineDeps } from './context.ts'
import { voucherRoutes } from './vouchers/index.ts'

/** The engine's doors: the server API under `/v1`, and the receiver of wire A under `/segmentio`. */
export async function registerEngine(app: FastifyInstance, deps: EngineDeps): Promise<void> {
  await app.register(async (v1) => {
    openDoor(v1, deps, byApplicationKeys(deps))
    voucherRoutes(v1, deps)
  })
}
