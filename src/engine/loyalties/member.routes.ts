import type { FastifyInstance } from 'fastify'
import type { Tx } from '../../platform/db.ts'
import { type Answer, command, parsePage, toCall, toListView, toRefusal } from '../api/index.ts'
import type { Call, EngineDeps } from '../context.ts'
import { toExportView } from '../exports/index.ts'
import { changePoints, listBuckets, parsePointsChange, toBucketView } from '../points/index.ts'
import { parsePublication, publish } from '../publications/index.ts'
import {
  exportTransactions,
  findVouchersByCode,
  listVouchers,
  listVoucherTransactions,
  parseTransactionList,
  parseVoucherList,
  toBalanceView,
  toTransactionListView,
  type Voucher,
} from '../vouchers/index.ts'
import { type CardPath, getCard, getProgram, lockCard, requireMember } from './find-card.ts'
import { showCards, showMembers } from './show-members.ts'
import { parseTransfers, transferPoints } from './transfer-points.ts'

type OfProgram = { Params: { campaignId: string } }
type OfCard = { Params: CardPath }

async function show(tx: Tx, voucher: Voucher): Promise<Answer> {
  const [body] = await showMembers(tx, [voucher])
  return { status: 200, body }
}

/** The members of loyalty programs: customers who hold a card of it (engine-programs §8.2). */
export function memberRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.post<OfProgram>('/v1/loyalties/:campaignId/members', (request, reply) =>
    command(deps, request, reply, (tx, call) => addMember(tx, call, request)),
  )

  app.get<OfProgram>('/v1/loyalties/:campaignId/members', async (request) => {
    const { projectId, now } = toCall(request, deps)
    const list = parseVoucherList(request.query)
    const { id } = await getProgram(deps.db, projectId, request.params.campaignId)
    const { vouchers, total } = await listVouchers(
      deps.db,
      projectId,
      { ...list, campaign: id },
      now,
    )
    return toListView('vouchers', await showMembers(deps.db, vouchers), total)
  })

  app.post<OfCard>('/v1/loyalties/:campaignId/members/:memberId/transfers', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const transfers = parseTransfers(request.body)
      const destination = await transferPoints(tx, call, request.params, transfers)
      const [body] = await showCards(tx, [destination])
      return { status: 200, body }
    }),
  )

  for (const card of [
    '/v1/loyalties/:campaignId/members/:memberId',
    '/v1/loyalties/members/:memberId',
  ]) {
    cardRoutes(app, deps, card)
    cardTransactionRoutes(app, deps, card)
  }

  app.get<OfCard>(
    '/v1/loyalties/:campaignId/members/:memberId/points-expiration',
    async (request) => {
      const page = parsePage(request.query)
      const { id } = await getCard(deps.db, toCall(request, deps), request.params)
      const { buckets, total } = await listBuckets(deps.db, id, page)
      return toListView('data', buckets.map(toBucketView), total)
    },
  )
}

/** Gives a customer a card of the program, theirs again where that is asked for (L-3, L-4). */
async function addMember(
  tx: Tx,
  call: Call,
  { body, query, params }: { body: unknown; query: unknown; params: { campaignId: string } },
): Promise<Answer> {
  const { projectId } = call
  const program = await getProgram(tx, projectId, params.campaignId)
  const campaign = { id: program.id }
  const input = parsePublication({ ...(body as object), campaign }, query)
  if ('voucher' in input.wanted) {
    const code = input.wanted.voucher
    const [voucher] = await findVouchersByCode(tx, [{ projectId, code }])
    requireMember(voucher, program, code)
  }
  const { decision, vouchers } = await publish(tx, call, input)
  if (decision.kind === 'denied') return toRefusal(decision.error, call)
  const [card] = vouchers
  return card ? show(tx, card) : { status: 200, body: {} }
}

function cardRoutes(app: FastifyInstance, deps: EngineDeps, path: string): void {
  app.get<OfCard>(path, async (request) => {
    const card = await getCard(deps.db, toCall(request, deps), request.params)
    const [view] = await showMembers(deps.db, [card])
    return view
  })

  app.post<OfCard>(`${path}/balance`, (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const input = parsePointsChange(request.body)
      const card = await lockCard(tx, call, request.params)
      const { transaction } = await changePoints(tx, call, card, input)
      return { status: 200, body: toBalanceView(transaction) }
    }),
  )
}

function cardTransactionRoutes(app: FastifyInstance, deps: EngineDeps, path: string): void {
  app.get<OfCard>(`${path}/transactions`, async (request) => {
    const list = parseTransactionList(request.query)
    const { id } = await getCard(deps.db, toCall(request, deps), request.params)
    return toTransactionListView(await listVoucherTransactions(deps.db, { voucherId: id }, list))
  })

  app.post<OfCard>(`${path}/transactions/export`, (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const { id } = await getCard(tx, call, request.params)
      const made = await exportTransactions(tx, call, request.body, { voucher_id: id })
      return { status: 200, body: toExportView(made, deps.address()) }
    }),
  )
}
