import type { FastifyInstance } from 'fastify'
import { notFound } from '../../kernel/api-error.ts'
import type { Tx } from '../../platform/db.ts'
import { type Answer, command, toCall, toListView } from '../api/index.ts'
import type { Call, EngineDeps } from '../context.ts'
import { calculateChangedVoucher } from './calculate-voucher.ts'
import { createVoucher } from './create-voucher.ts'
import {
  binVoucher,
  deleteVoucher,
  findVouchersByCode,
  lockVouchersByCode,
  updateVoucher,
  type VoucherReference,
} from './voucher.repo.ts'
import { parseNewVoucher, parseVoucherChanges } from './voucher.schema.ts'
import type { Voucher } from './voucher.ts'
import { listVouchers } from './voucher-list.repo.ts'
import { parseVoucherList } from './voucher-list.schema.ts'
import { toVoucherView } from './voucher-view.ts'

type OfCode = { Params: { code: string } }

const toReference = ({ projectId }: Call, { code }: { code: string }): VoucherReference => ({
  projectId,
  code,
})

/** PHP writes true as 1 (trap 6 of the clients). */
const isTrue = (value: unknown): boolean => value === 'true' || value === '1'

const show = (voucher: Voucher): Answer => ({ status: 200, body: toVoucherView(voucher) })

async function change(
  tx: Tx,
  reference: VoucherReference,
  changed: (voucher: Voucher) => Voucher,
): Promise<Answer> {
  const [voucher] = await lockVouchersByCode(tx, [reference])
  if (!voucher) throw notFound('voucher', reference.code)
  const stored = changed(voucher)
  await updateVoucher(tx, stored)
  return show(stored)
}

/** `/v1/vouchers` (engine-core §4.6). */
export function voucherRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.get('/v1/vouchers', async (request) => {
    const { projectId, now } = toCall(request, deps)
    const { vouchers, total } = await listVouchers(
      deps.db,
      projectId,
      parseVoucherList(request.query),
      now,
    )
    return toListView('vouchers', vouchers.map(toVoucherView), total)
  })

  app.post('/v1/vouchers', (request, reply) =>
    command(deps, request, reply, async (tx, call) =>
      show(await createVoucher(tx, call, parseNewVoucher(request.body))),
    ),
  )

  app.post<OfCode>('/v1/vouchers/:code', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const input = parseNewVoucher({ ...(request.body as object), code: request.params.code })
      return show(await createVoucher(tx, call, input))
    }),
  )

  app.get<OfCode>('/v1/vouchers/:code', async (request) => {
    const reference = toReference(toCall(request, deps), request.params)
    const [voucher] = await findVouchersByCode(deps.db, [reference])
    if (!voucher) throw notFound('voucher', reference.code)
    return toVoucherView(voucher)
  })

  changeRoutes(app, deps)
}

function changeRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.put<OfCode>('/v1/vouchers/:code', (request, reply) =>
    command(deps, request, reply, (tx, call) => {
      const changes = parseVoucherChanges(request.body)
      return change(tx, toReference(call, request.params), (voucher) =>
        calculateChangedVoucher(voucher, changes, call.now),
      )
    }),
  )

  for (const [verb, isActive] of [
    ['enable', true],
    ['disable', false],
  ] as const) {
    app.post<OfCode>(`/v1/vouchers/:code/${verb}`, (request, reply) =>
      command(deps, request, reply, (tx, call) =>
        change(tx, toReference(call, request.params), (voucher) => ({
          ...voucher,
          isActive,
          updatedAt: call.now,
        })),
      ),
    )
  }

  app.delete<OfCode & { Querystring: { force?: unknown } }>(
    '/v1/vouchers/:code',
    (request, reply) =>
      command(deps, request, reply, async (tx, call) => {
        const reference = toReference(call, request.params)
        const remove = isTrue(request.query.force) ? deleteVoucher : binVoucher
        if (!(await remove(tx, reference, call.now))) throw notFound('voucher', reference.code)
        return { status: 204, body: undefined }
      }),
  )
}
