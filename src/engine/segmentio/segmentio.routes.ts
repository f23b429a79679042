import type { FastifyInstance } from 'fastify'
import { openDoor, sendAnswer, toCall, toKey } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { bySegmentKeys } from './by-segment-keys.ts'
import { createReceive } from './create-receive.ts'
import { readCustomerBody, readEventBody, readGroupBody } from './received.ts'

/** Segment chooses the path by the action, not by the `type` in the body (engine-programs §16.2). */
const READERS = {
  'customer-processing': readCustomerBody,
  'event-processing': readEventBody,
  'group-processing': readGroupBody,
}

/**
 * The endpoints of Segment's destination "Voucherify (Actions)" (engine-programs §16) on `app`, a scope of
 * its own. A refusal is never 501, after which Segment would stop delivering (D-20).
 */
export function segmentioRoutes(app: FastifyInstance, deps: EngineDeps): void {
  openDoor(app, deps, bySegmentKeys(deps))
  const receive = createReceive(deps)

  app.get('/segmentio/test-authentication', async () => ({}))

  for (const [path, read] of Object.entries(READERS)) {
    app.post(`/segmentio/${path}`, async (request, reply) => {
      const key = toKey(request, 'segmentio')
      const received = read(request.body)
      return sendAnswer(reply, await receive({ call: toCall(request, deps), received, key }))
    })
  }
}
