import type { FastifyInstance } from 'fastify'
import { notFound } from '../../kernel/api-error.ts'
import type { Db, Tx } from '../../platform/db.ts'
import { type Answer, command, isTrue, toCall, toListView } from '../api/index.ts'
import { requireCategory } from '../categories/index.ts'
import type { Call, EngineDeps } from '../context.ts'
import { toExportView } from '../exports/index.ts'
import { requireMetadata, unsetAsNull } from '../metadata-schemas/index.ts'
import { announce } from '../outbox/index.ts'
import { calculateChangedVoucher } from './calculate-voucher.ts'
import { createVoucher } from './create-voucher.ts'
import { exportTransactions } from './export-transactions.ts'
import { showVouchers } from './show-vouchers.ts'
import { parseTransactionList, toTransactionListView } from './transaction-list.ts'
import {
  binVoucher,
  deleteVoucher,
  findVouchersByCode,
  lockVouchersByCode,
  type VoucherReference,
} from './voucher.repo.ts'
import { parseVoucher, type VoucherInput } from './voucher.schema.ts'
import type { Voucher } from './voucher.ts'
import { toLostFacts, toVoucherFact } from './voucher-facts.ts'
import { listVouchers } from './voucher-list.repo.ts'
import { parseVoucherList } from './voucher-list.schema.ts'
import { listVoucherTransactions } from './voucher-transaction.repo.ts'
import { updateVouchers } from './voucher-write.repo.ts'

type OfCode = { Params: { code: string } }

/** Makes a voucher in the campaign that is named by id or name (R-VOU-05). */
export type AddToCampaign = (
  tx: Tx,
  call: Call,
  campaign: string,
  input: VoucherInput,
) => Promise<Voucher>

export const toReference = ({ projectId }: Call, { code }: { code: string }): VoucherReference => ({
  projectId,
  code,
})

async function show(tx: Tx, voucher: Voucher): Promise<Answer> {
  const [body] = await showVouchers(tx, [voucher])
  return { status: 200, body }
}

async function change(
  tx: Tx,
  call: Call,
  { code }: { code: string },
  {
    event,
    changed,
  }: {
    event: 'voucher.updated' | 'voucher.enabled' | 'voucher.disabled'
    changed(voucher: Voucher): Voucher
  },
): Promise<Answer> {
  const [voucher] = await lockVouchersByCode(tx, [toReference(call, { code })])
  if (!voucher) throw notFound('voucher', code)
  const stored = changed(voucher)
  updateVouchers(tx, [stored])
  announce(tx, [toVoucherFact(call, event, stored)])
  return show(tx, stored)
}

/** `/v1/vouchers` (engine-core §4.6). */
export function voucherRoutes(
  app: FastifyInstance,
  deps: EngineDeps,
  addToCampaign: AddToCampaign,
): void {
  const create = async (tx: Tx, call: Call, input: VoucherInput): Promise<Answer> => {
    const { metadata } = input
    await requireMetadata(tx, call.projectId, { of: 'voucher', metadata, on: 'create' })
    const campaign = input.campaign_id ?? input.campaign
    const voucher = campaign
      ? await addToCampaign(tx, call, campaign, input)
      : await createVoucher(tx, call, input)
    return show(tx, voucher)
  }

  app.get('/v1/vouchers', (request) =>
    answerVoucherList(deps.db, toCall(request, deps), request.query),
  )

  app.post('/v1/vouchers', (request, reply) =>
    command(deps, request, reply, (tx, call) => create(tx, call, parseVoucher(request.body))),
  )

  app.post<OfCode>('/v1/vouchers/:code', (request, reply) =>
    command(deps, request, reply, (tx, call) =>
      create(tx, call, parseVoucher({ ...(request.body as object), code: request.params.code })),
    ),
  )

  app.get<OfCode>('/v1/vouchers/:code', async (request) => {
    const voucher = await getVoucher(deps.db, toCall(request, deps), request.params)
    const [view] = await showVouchers(deps.db, [voucher])
    return view
  })

  changeRoutes(app, deps)
  transactionRoutes(app, deps)
}

/** Lists vouchers of the project as `query` narrows them. Throws `invalid_query_params`. */
export async function answerVoucherList(db: Db, call: Call, query: unknown) {
  const list = parseVoucherList(query)
  const { vouchers, total } = await listVouchers(db, call.projectId, list, call.now)
  return toListView('vouchers', await showVouchers(db, vouchers), total)
}

async function getVoucher(db: Db, call: Call, { code }: { code: string }): Promise<Voucher> {
  const [voucher] = await findVouchersByCode(db, [toReference(call, { code })])
  if (!voucher) throw notFound('voucher', code)
  return voucher
}

function changeRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.put<OfCode>('/v1/vouchers/:code', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const input = parseVoucher(request.body)
      await requireCategory(tx, call.projectId, input.category_id)
      const metadata = unsetAsNull(input)
      await requireMetadata(tx, call.projectId, { of: 'voucher', metadata, on: 'update' })
      return change(tx, call, request.params, {
        event: 'voucher.updated',
        changed: (voucher) => calculateChangedVoucher(voucher, input, call.now),
      })
    }),
  )

  for (const [verb, isActive] of [
    ['enable', true],
    ['disable', false],
  ] as const) {
    app.post<OfCode>(`/v1/vouchers/:code/${verb}`, (request, reply) =>
      command(deps, request, reply, (tx, call) =>
        change(tx, call, request.params, {
          event: `voucher.${verb}d`,
          changed: (voucher) => ({ ...voucher, isActive, updatedAt: call.now }),
        }),
      ),
    )
  }

  app.delete<OfCode & { Querystring: { force?: unknown } }>(
    '/v1/vouchers/:code',
    (request, reply) =>
      command(deps, request, reply, async (tx, call) => {
        const reference = toReference(call, request.params)
        const [voucher] = await lockVouchersByCode(tx, [reference])
        const remove = isTrue(request.query.force) ? deleteVoucher : binVoucher
        if (!(await remove(tx, reference, call.now))) throw notFound('voucher', reference.code)
        const gone = voucher ? [voucher] : []
        announce(tx, [
          ...gone.map((each) => toVoucherFact(call, 'voucher.deleted', each)),
          ...(await toLostFacts(tx, call, gone)),
        ])
        return { status: 204, body: undefined }
      }),
  )
}

function transactionRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.get<OfCode>('/v1/vouchers/:code/transactions', async (request) => {
    const list = parseTransactionList(request.query)
    const voucher = await getVoucher(deps.db, toCall(request, deps), request.params)
    return toTransactionListView(
      await listVoucherTransactions(deps.db, { voucherId: voucher.id }, list),
    )
  })

  app.post<OfCode>('/v1/vouchers/:code/transactions/export', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const { id } = await getVoucher(tx, call, request.params)
      const made = await exportTransactions(tx, call, request.body, { voucher_id: id })
      return { status: 200, body: toExportView(made, deps.address()) }
    }),
  )
}
