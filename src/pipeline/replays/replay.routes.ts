import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { ApiError } from '../../kernel/api-error.ts'
import type { Db } from '../../platform/db.ts'
import {
  CREATED_CURSOR,
  idParams,
  type ManagementScope,
  pageOf,
  parseCursor,
  toAdmin,
  toPage,
} from '../../platform/management/index.ts'
import type { PipelineDeps } from '../context.ts'
import { calculateRange } from '../deliveries/index.ts'
import { getDestination } from '../destinations/index.ts'
import { countOutcomes, getReplay, listReplays } from './replay.repo.ts'
import { REPLAY_BODY, REPLAY_VIEW, REPLAYS_QUERY, toReplayView } from './replay.schema.ts'
import type { Replay, ReplayWish } from './replay.ts'
import { startReplay } from './start-replay.ts'

const tags = ['Deliveries']
const params = idParams('The id of a destination.')

/**
 * `/api/v1/destinations/:id/replays`: sends dead letters, or any events, again, with the settings of now and a
 * window of retries of their own (pipeline §7.4.7, §7.7, D-19).
 */
export function replayRoutes(
  app: ManagementScope,
  deps: Pick<PipelineDeps, 'db' | 'eventLog' | 'clock' | 'vault'>,
): void {
  startRoute(app, deps)
  readRoutes(app, deps)
}

function startRoute(
  app: ManagementScope,
  deps: Pick<PipelineDeps, 'db' | 'eventLog' | 'clock' | 'vault'>,
): void {
  const { db, clock } = deps
  app.post(
    '/api/v1/destinations/:id/replays',
    {
      schema: {
        operationId: 'replayDeliveries',
        summary: 'Send events of a destination again, or count how many would be',
        description:
          'What is under way is never sent twice: asked again, a replay of failed deliveries finds none. With a ' +
          'header `Idempotency-Key`, the same request again answers the replay that it began. A destination that ' +
          'remembers Idempotency-Keys acts once also on what it may have acted on before without answering.',
        tags,
        params,
        body: REPLAY_BODY,
        response: { 200: REPLAY_VIEW },
      },
    },
    async (request) => {
      const wish = toWish(request.body, clock.now())
      const destination = await getDestination(db, { ...toAdmin(request), id: request.params.id })
      if (destination.enabledAt === null && !canCountDisabled(wish))
        throw new ApiError('invalid_payload', {
          details: `Destination ${destination.id} is disabled: what is sent again would be filtered`,
        })
      const replay = await startReplay(deps, destination, { wish, request: identityOf(request) })
      return viewOf(db, replay)
    },
  )
}

/** Only compiled destinations, which are enabled ones, can tell what their mappings make of events. */
const canCountDisabled = ({ isDryRun, mapping }: ReplayWish): boolean =>
  isDryRun && mapping === 'original'

function toWish(body: z.infer<typeof REPLAY_BODY>, now: Date): ReplayWish {
  const { from, to, events, mapping, dry_run, per_second, ...filter } = body
  if (filter.reason !== undefined && events === 'all')
    throw new ApiError('invalid_payload', {
      details: 'Property .reason is only for .events failed: other events have none',
    })
  return {
    events,
    mapping,
    isDryRun: dry_run,
    perSecond: per_second,
    filter: {
      ...calculateRange({ from, to }, now),
      reason: filter.reason,
      mappingId: filter.mapping_id,
      messageId: filter.message_id,
      userKey: filter.user_id,
      type: filter.type,
      event: filter.event,
    },
  }
}

/** By what a request is known when it comes again. */
function identityOf({ headers, body }: FastifyRequest): { key: string | null; hash: string } {
  const key = headers['idempotency-key']
  return {
    key: typeof key === 'string' ? key : null,
    hash: createHash('sha256').update(JSON.stringify(body)).digest('hex'),
  }
}

async function viewOf(db: Db, replay: Replay): Promise<z.infer<typeof REPLAY_VIEW>> {
  return toReplayView(replay, (await countOutcomes(db, [replay.id])).get(replay.id))
}

function readRoutes(app: ManagementScope, { db }: Pick<PipelineDeps, 'db'>): void {
  app.get(
    '/api/v1/destinations/:id/replays',
    {
      schema: {
        operationId: 'listReplays',
        summary: 'List the replays of a destination, newest first',
        tags,
        params,
        querystring: REPLAYS_QUERY,
        response: { 200: pageOf(REPLAY_VIEW).describe('A page of replays.') },
      },
    },
    async (request) => {
      const { limit, starting_after } = request.query
      const destination = await getDestination(db, { ...toAdmin(request), id: request.params.id })
      const after = parseCursor(starting_after, CREATED_CURSOR)
      const rows = await listReplays(db, {
        destinationId: destination.id,
        limit: limit + 1,
        after,
      })
      const { data, next } = toPage(rows, limit, (replay) => [
        replay.createdAt.getTime(),
        replay.id,
      ])
      const outcomes = await countOutcomes(
        db,
        data.map(({ id }) => id),
      )
      return { data: data.map((replay) => toReplayView(replay, outcomes.get(replay.id))), next }
    },
  )

  app.get(
    '/api/v1/destinations/:id/replays/:replay_id',
    {
      schema: {
        operationId: 'getReplay',
        summary: 'Show how far a replay has come',
        tags,
        params: params.extend({ replay_id: z.string().describe('The id of a replay.') }),
        response: { 200: REPLAY_VIEW },
      },
    },
    async (request) => {
      const { id: destinationId, replay_id: id } = request.params
      return viewOf(db, await getReplay(db, { ...toAdmin(request), destinationId, id }))
    },
  )
}
