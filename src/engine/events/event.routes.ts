import type { FastifyInstance } from 'fastify'
import { ApiError, notFound } from '../../kernel/api-error.ts'
import { invariant } from '../../kernel/assert.ts'
import type { Tx } from '../../platform/db.ts'
import { type Answer, command } from '../api/index.ts'
import type { Call, EngineDeps } from '../context.ts'
import { type Metadata, upsertCustomers } from '../customers/index.ts'
import { findSchemas, readEventMetadata } from '../metadata-schemas/index.ts'
import { toCustomEventView } from './custom-event-view.ts'
import { type EventInput, parseEvent } from './event.schema.ts'
import { saveCustomEvents } from './save-custom-events.ts'

/** `POST /v1/events` (engine-programs §3). */
export function eventRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.post('/v1/events', (request, reply) =>
    command(deps, request, reply, (tx, call) => answerEvent(tx, call, request)),
  )
}

/** Answers `POST /v1/events` and its client-side twin. */
export async function answerEvent(
  tx: Tx,
  call: Call,
  { body }: { body: unknown },
): Promise<Answer> {
  const { customer: input, ...event } = parseEvent(body)
  const metadata = await readMetadata(tx, call, event)
  const [customer] = await upsertCustomers(tx, [{ call, input }])
  if (customer instanceof ApiError) throw customer
  invariant(customer, 'an upsert without an outcome')
  const [saved] = await saveCustomEvents(tx, [{ call, customer, ...event, metadata }])
  invariant(saved, 'an event that was not saved')
  const [unknown] = saved.unknownCodes
  if (unknown !== undefined) throw notFound('voucher', unknown)
  return { status: 200, body: toCustomEventView(saved.event) }
}

/** The metadata of an event in the types of its schema (E-3). Throws `metadata_validation_failed`. */
async function readMetadata(
  tx: Tx,
  { projectId }: Call,
  { type, metadata }: Pick<EventInput, 'type' | 'metadata'>,
): Promise<Metadata> {
  const { ofEvents } = (await findSchemas(tx, [projectId]))(projectId)
  const read = readEventMetadata(ofEvents.get(type), metadata)
  if (read instanceof ApiError) throw read
  return read
}
