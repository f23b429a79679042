import type { FastifyRequest } from 'fastify'
import { type Admitted, type Answer, toCall, toKey } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { createReceive } from './create-receive.ts'
import { readCustomerBody, readEventBody, readGroupBody } from './received.ts'

/** Segment chooses the path by the action, not by the `type` in the body (engine-programs §16.2). */
const READERS = {
  '/segmentio/customer-processing': readCustomerBody,
  '/segmentio/event-processing': readEventBody,
  '/segmentio/group-processing': readGroupBody,
}

export type ProcessingPath = keyof typeof READERS
export const PROCESSING_PATHS = Object.keys(READERS) as ProcessingPath[]

/** Takes what was posted to `path` by somebody who was let in, by a socket or in process. Throws `invalid_payload`. */
export type Take = (
  path: ProcessingPath,
  request: Admitted & Pick<FastifyRequest, 'body'>,
) => Promise<Answer>

/** Makes the one taker of this process, for every way in: what comes at the same time shares a transaction. */
export function createTake(deps: EngineDeps): Take {
  const receive = createReceive(deps)
  return async (path, request) => {
    const key = toKey(request, 'segmentio')
    const received = READERS[path](request.body)
    return receive({ call: toCall(request, deps), received, key })
  }
}
