import {
  type ManagementScope,
  pageOf,
  parseCursor,
  toAdmin,
  toCursorText,
  toPage,
} from '../../platform/management/index.ts'
import type { PipelineDeps } from '../context.ts'
import {
  POSITION_CURSOR,
  RECEIVED_EVENT_VIEW,
  RECEIVED_EVENTS_QUERY,
  REJECTED_CALL_VIEW,
  REJECTED_CALLS_QUERY,
  toReceivedEventView,
  toRejectedCallView,
} from './events.schema.ts'
import { listRejectedCalls } from './list-rejected-calls.ts'

const tags = ['Events']

/** `/api/v1/events` and `/api/v1/rejected-calls`: what came in, and what was not let in. */
export function receivedEventRoutes(
  app: ManagementScope,
  deps: Pick<PipelineDeps, 'db' | 'eventLog'>,
): void {
  eventsRoute(app, deps)
  rejectedCallsRoute(app, deps)
}

function eventsRoute(app: ManagementScope, { eventLog }: Pick<PipelineDeps, 'eventLog'>): void {
  app.get(
    '/api/v1/events',
    {
      schema: {
        operationId: 'listEvents',
        summary: 'List received events, newest first',
        description:
          'An answer may hold fewer events than `limit`, or none, although `next` is not null: one call ' +
          'searches only so far back.',
        tags,
        querystring: RECEIVED_EVENTS_QUERY,
        response: { 200: pageOf(RECEIVED_EVENT_VIEW).describe('A page of received events.') },
      },
    },
    async (request) => {
      const { source_id, type, event, user_id, anonymous_id, message_id, search, ...page } =
        request.query
      const { entries, before } = await eventLog.search({
        projectId: toAdmin(request).projectId,
        sourceId: source_id,
        type,
        event,
        userId: user_id,
        anonymousId: anonymous_id,
        messageId: message_id,
        text: search,
        limit: page.limit,
        before: parseCursor(page.starting_after, POSITION_CURSOR),
      })
      return {
        data: entries.map(toReceivedEventView),
        next: before === undefined ? null : toCursorText([before]),
      }
    },
  )
}

function rejectedCallsRoute(app: ManagementScope, { db }: Pick<PipelineDeps, 'db'>): void {
  app.get(
    '/api/v1/rejected-calls',
    {
      schema: {
        operationId: 'listRejectedCalls',
        summary: 'List calls that failed on ingest, newest first',
        tags,
        querystring: REJECTED_CALLS_QUERY,
        response: { 200: pageOf(REJECTED_CALL_VIEW).describe('A page of refused calls.') },
      },
    },
    async (request) => {
      const { source_id, reason, limit, starting_after } = request.query
      const rows = await listRejectedCalls(db, {
        projectId: toAdmin(request).projectId,
        sourceId: source_id,
        reason,
        limit: limit + 1,
        before: parseCursor(starting_after, POSITION_CURSOR),
      })
      const { data, next } = toPage(rows, limit, (call) => [call.id])
      return { data: data.map(toRejectedCallView), next }
    },
  )
}
