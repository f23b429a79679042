import type { FastifyInstance } from 'fastify'
import { isPlainObject } from '../../kernel/json.ts'
import type { Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import {
  type Answer,
  command,
  compileQueryCheck,
  parseCsvUpload,
  uploadRoutes,
} from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { requireMetadata } from '../metadata-schemas/index.ts'
import { parseVoucher, parseVoucherImport, showVouchers, type Voucher } from '../vouchers/index.ts'
import { addVoucherTo } from './add-voucher.ts'
import { lockCampaign } from './campaign.repo.ts'
import { generateVouchers } from './generate-vouchers.ts'
import { startImport } from './import-jobs.ts'

type OfCampaign = { Params: { campaignId: string } }
type OfCode = { Params: { campaignId: string; code: string } }

export const VOUCHERS_COUNT_QUERY = {
  type: 'object',
  properties: {
    vouchers_count: { type: 'integer', minimum: 1, maximum: LIMITS.generatedVouchersMax },
  },
}

const checkCount = compileQueryCheck<{ vouchers_count?: number }>(VOUCHERS_COUNT_QUERY)

/** What codes are to have of their own; clients also send an empty body or a number (R-HTTP-04, scenario 90). */
const parseOverrides = (body: unknown) => parseVoucher(isPlainObject(body) ? body : {})

async function show(tx: Tx, voucher: Voucher): Promise<Answer> {
  const [body] = await showVouchers(tx, [voucher])
  return { status: 200, body }
}

/** The codes of a campaign, under `/v1/campaigns/{id}` (engine-core §5.2). */
export function campaignVoucherRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.post<OfCampaign>('/v1/campaigns/:campaignId/vouchers', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const { vouchers_count: count = 1 } = checkCount({ ...(request.query as object) })
      const { code: _code, ...overrides } = parseOverrides(request.body)
      const { campaignId } = request.params
      const { metadata } = overrides
      await requireMetadata(tx, call.projectId, { of: 'voucher', metadata, on: 'create' })
      if (count === 1) return show(tx, await addVoucherTo(tx, call, campaignId, overrides))
      const campaign = await lockCampaign(tx, call.projectId, campaignId)
      const id = await generateVouchers(tx, call, campaign, { count, overrides })
      return { status: 202, body: { async_action_id: id } }
    }),
  )

  app.post<OfCode>('/v1/campaigns/:campaignId/vouchers/:code', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const { campaignId, code } = request.params
      const input = parseVoucher({ ...(request.body as object), code })
      const { metadata } = input
      await requireMetadata(tx, call.projectId, { of: 'voucher', metadata, on: 'create' })
      return show(tx, await addVoucherTo(tx, call, campaignId, input))
    }),
  )

  app.post<OfCampaign>('/v1/campaigns/:campaignId/import', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const vouchers = parseVoucherImport(request.body)
      const id = await startImport(tx, call, request.params.campaignId, { vouchers })
      return { status: 202, body: { async_action_id: id } }
    }),
  )

  uploadRoutes(app, (scope) => {
    scope.post<OfCampaign>('/v1/campaigns/:campaignId/importCSV', (request, reply) =>
      command(deps, request, reply, async (tx, call) => {
        const rows = parseCsvUpload(request.body)
        const id = await startImport(tx, call, request.params.campaignId, { rows })
        return { status: 200, body: { async_action_id: id } }
      }),
    )
  })
}
