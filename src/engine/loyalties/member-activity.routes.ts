import type { FastifyInstance } from 'fastify'
import { toCall } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { listActivity, parseActivityList } from '../customers/index.ts'
import { type CardPath, getCard } from './find-card.ts'
import { MEMBER_ACTIVITY_TYPES, toMemberActivityType } from './member-activity.ts'

/** What happened to the card of a member, in the feed of whoever holds it (engine-programs §8.2). */
export function memberActivityRoutes(app: FastifyInstance, deps: EngineDeps): void {
  for (const path of [
    '/v1/loyalties/:campaignId/members/:memberId/activity',
    '/v1/loyalties/members/:memberId/activity',
    // What older clients ask for.
    '/v1/loyalties/:campaignId/members/:memberId/activities',
    '/v1/loyalties/members/:memberId/activities',
  ]) {
    app.get<{ Params: CardPath }>(path, async (request) => {
      const call = toCall(request, deps)
      const { type, ...query } = request.query as { type?: unknown }
      const only = toMemberActivityType(type)
      const list = parseActivityList(query)
      const card = await getCard(deps.db, call, request.params)
      const { entries, hasMore } = await listActivity(
        deps.db,
        { id: card.holderId ?? '', projectId: call.projectId },
        list,
        {
          voucher: card,
          types: only === undefined ? [...MEMBER_ACTIVITY_TYPES] : [only],
        },
      )
      return {
        object: 'list',
        data_ref: 'data',
        data: entries,
        has_more: hasMore,
        more_starting_after: hasMore ? entries.at(-1)?.['id'] : null,
      }
    })
  }
}
