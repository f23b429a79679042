import type { FastifyInstance, FastifyRequest } from 'fastify'
import { toCall, toListView } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { countActivity, listActivity, parseActivityList } from '../customers/index.ts'
import { type CardPath, getCard } from './find-card.ts'
import { MEMBER_ACTIVITY_TYPES, toMemberActivityType } from './member-activity.ts'

type OfCard = { Params: CardPath }

/** What happened to the card of a member, in the feed of whoever holds it (engine-programs §8.2), and its older form. */
export function memberActivityRoutes(app: FastifyInstance, deps: EngineDeps): void {
  for (const card of [
    '/v1/loyalties/:campaignId/members/:memberId',
    '/v1/loyalties/members/:memberId',
  ]) {
    app.get<OfCard>(`${card}/activity`, async (request) => {
      const { entries, hasMore } = await listActivity(deps.db, ...(await read(deps, request)))
      return {
        object: 'list',
        data_ref: 'data',
        data: entries,
        has_more: hasMore,
        more_starting_after: hasMore ? entries.at(-1)?.['id'] : null,
      }
    })

    app.get<OfCard>(`${card}/activities`, async (request) => {
      const asked = await read(deps, request)
      const [{ entries }, total] = await Promise.all([
        listActivity(deps.db, ...asked),
        countActivity(deps.db, ...asked),
      ])
      return toListView('activities', entries, total)
    })
  }
}

/** Whose activity is asked for, and what of it. */
async function read(deps: EngineDeps, request: FastifyRequest<OfCard>) {
  const call = toCall(request, deps)
  const { type, ...query } = request.query as { type?: unknown }
  const only = toMemberActivityType(type)
  const list = parseActivityList(query)
  const voucher = await getCard(deps.db, call, request.params)
  const holder = { id: voucher.holderId ?? '', projectId: call.projectId }
  const types = only === undefined ? [...MEMBER_ACTIVITY_TYPES] : [only]
  return [holder, list, { voucher, types }] as const
}
