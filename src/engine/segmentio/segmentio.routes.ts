import type { FastifyInstance } from 'fastify'
import { LIMITS } from '../../platform/limits.ts'
import { openDoor, sendAnswer } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { bySegmentKeys } from './by-segment-keys.ts'
import { createInProcessDoor } from './create-in-process-door.ts'
import { createTake, PROCESSING_PATHS } from './create-take.ts'

/**
 * The endpoints of Segment's destination "Voucherify (Actions)" (engine-programs §16) on `app`, a scope of
 * its own, and the same for requests of this process. Each call counts for its day, and none for those of the API (SI-40).
 * A refusal is never 501, after which Segment would stop delivering (D-20).
 */
export function segmentioRoutes(app: FastifyInstance, deps: EngineDeps): void {
  const admit = openDoor(app, deps, bySegmentKeys(deps), {
    type: 'webhook_calls',
    callsMax: deps.segmentCallsPerDayMax ?? LIMITS.segmentCallsPerDayMax,
    windowMs: 24 * 3_600_000,
  })
  const take = createTake(deps)

  app.get('/segmentio/test-authentication', async () => ({}))

  for (const path of PROCESSING_PATHS)
    app.post(path, async (request, reply) => sendAnswer(reply, await take(path, request)))

  deps.doors.open(PROCESSING_PATHS, createInProcessDoor(deps, { admit, take }))
}
