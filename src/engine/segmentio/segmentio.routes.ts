import type { FastifyInstance } from 'fastify'
import { openDoor, sendAnswer } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { bySegmentKeys } from './by-segment-keys.ts'
import { createInProcessDoor } from './create-in-process-door.ts'
import { createTake, PROCESSING_PATHS } from './create-take.ts'

/**
 * The endpoints of Segment's destination "Voucherify (Actions)" (engine-programs §16) on `app`, a scope of
 * its own, and the same for requests of this process. A refusal is never 501, after which Segment would stop
 * delivering (D-20).
 */
export function segmentioRoutes(app: FastifyInstance, deps: EngineDeps): void {
  const admit = openDoor(app, deps, bySegmentKeys(deps))
  const take = createTake(deps)

  app.get('/segmentio/test-authentication', async () => ({}))

  for (const path of PROCESSING_PATHS)
    app.post(path, async (request, reply) => sendAnswer(reply, await take(path, request)))

  deps.doors.open(PROCESSING_PATHS, createInProcessDoor(deps, { admit, take }))
}
