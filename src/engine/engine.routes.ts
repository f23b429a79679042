import type { FastifyInstance } from 'fastify'
import type { ManagementScope } from '../platform/management/index.ts'
import { byApplicationKeys, missingDoors, missingRoutes, openDoor } from './api/index.ts'
import type { EngineDeps } from './context.ts'
import { customerRoutes } from './customers/index.ts'
import { eventRoutes } from './events/index.ts'
import { activityRoutes } from './outbox/index.ts'
import { publicationRoutes } from './publications/index.ts'
import { redemptionRoutes, rollbackRoutes } from './redemptions/index.ts'
import { segmentSourceRoutes } from './segment-source/index.ts'
import { segmentioRoutes } from './segmentio/index.ts'
import { validationRoutes } from './validations/index.ts'
import { voucherRoutes } from './vouchers/index.ts'

/** The engine's doors: the server API under `/v1`, and the receiver of wire A under `/segmentio`. */
export async function registerEngine(app: FastifyInstance, deps: EngineDeps): Promise<void> {
  await app.register(async (v1) => {
    openDoor(v1, deps, byApplicationKeys(deps))
    customerRoutes(v1, deps)
    eventRoutes(v1, deps)
    voucherRoutes(v1, deps)
    validationRoutes(v1, deps)
    redemptionRoutes(v1, deps)
    rollbackRoutes(v1, deps)
    publicationRoutes(v1, deps)
    missingRoutes(v1)
  })
  await app.register(async (segmentio) => segmentioRoutes(segmentio, deps))
  missingDoors(app)
}

/** The engine's part of the management API. */
export function engineManagementRoutes(scope: ManagementScope, deps: EngineDeps): void {
  segmentSourceRoutes(scope, deps)
  activityRoutes(scope, deps)
}
