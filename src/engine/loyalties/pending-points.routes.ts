import type { FastifyInstance } from 'fastify'
import type { Tx } from '../../platform/db.ts'
import { type Answer, command, toCall } from '../api/index.ts'
import type { Call, EngineDeps } from '../context.ts'
import {
  activatePending,
  type Card,
  cancelPending,
  changePending,
  listPending,
  type PendingOf,
  parsePendingChange,
  toPendingBalanceView,
  toPendingPointsView,
} from '../points/index.ts'
import { parseTransactionList, toBalanceView } from '../vouchers/index.ts'
import { type CardPath, getCard, getProgram, lockCard } from './find-card.ts'

type OfProgram = { Params: { campaignId: string } }
type OfCard = { Params: CardPath }
type OfPending = { Params: CardPath & { pendingPointsId: string } }

/** Points that will come onto cards (engine-programs §8.6). */
export function pendingPointsRoutes(app: FastifyInstance, deps: EngineDeps): void {
  const list = async (query: unknown, of: PendingOf) => {
    const { pending, hasMore } = await listPending(deps.db, of, parseTransactionList(query))
    return {
      object: 'list',
      data_ref: 'data',
      data: pending.map(toPendingPointsView),
      has_more: hasMore,
      ...(hasMore && { more_starting_after: pending.at(-1)?.id }),
    }
  }

  app.get<OfProgram>('/v1/loyalties/:campaignId/pending-points', async (request) => {
    const { projectId } = toCall(request, deps)
    const { id } = await getProgram(deps.db, projectId, request.params.campaignId)
    return list(request.query, { campaignId: id })
  })

  for (const path of [
    '/v1/loyalties/:campaignId/members/:memberId/pending-points',
    '/v1/loyalties/members/:memberId/pending-points',
  ]) {
    app.get<OfCard>(path, async (request) => {
      const { id } = await getCard(deps.db, toCall(request, deps), request.params)
      return list(request.query, { voucherId: id })
    })
  }

  changeRoutes(app, deps)
}

type Change = (tx: Tx, call: Call, card: Card, id: string, body: unknown) => Promise<Answer>

const CHANGES: Readonly<Record<string, Change>> = {
  async activate(tx, call, card, id) {
    const { transaction } = await activatePending(tx, call, card, id)
    return { status: 200, body: toBalanceView(transaction) }
  },
  async balance(tx, call, card, id, body) {
    const input = parsePendingChange(body)
    const { points } = input
    const changed = await changePending(tx, call, card, { ...input, id })
    const total = changed.card.loyaltyCard.pendingPoints
    return { status: 200, body: toPendingBalanceView(card.id, { points, total, isManual: true }) }
  },
  async cancel(tx, call, card, id) {
    await cancelPending(tx, call, card, id)
    return { status: 204, body: undefined }
  },
}

function changeRoutes(app: FastifyInstance, deps: EngineDeps): void {
  for (const [verb, change] of Object.entries(CHANGES)) {
    app.post<OfPending>(
      `/v1/loyalties/members/:memberId/pending-points/:pendingPointsId/${verb}`,
      (request, reply) =>
        command(deps, request, reply, async (tx, call) => {
          const card = await lockCard(tx, call, request.params)
          return change(tx, call, card, request.params.pendingPointsId, request.body)
        }),
    )
  }
}
