import type { FastifyInstance } from 'fastify'
import { ApiError, notFound } from '../../kernel/api-error.ts'
import type { Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import {
  type Answer,
  command,
  compileBodyCheck,
  parseCsvUpload,
  uploadRoutes,
} from '../api/index.ts'
import { enqueueAsyncAction } from '../async-actions/index.ts'
import type { Call, EngineDeps } from '../context.ts'
import { announce } from '../outbox/index.ts'
import type { MetadataChange, MetadataForAll } from './bulk-update.ts'
import { lockVouchersByCode } from './voucher.repo.ts'
import type { VoucherInput } from './voucher.schema.ts'
import { toVoucherFact } from './voucher-facts.ts'
import { updateVouchers } from './voucher-write.repo.ts'

const CODE = { type: 'string', minLength: 1, maxLength: LIMITS.codeLengthMax }
const CODES = { type: 'array', minItems: 1, maxItems: LIMITS.asyncActionItemsMax, items: CODE }

export const VOUCHER_IMPORT = {
  type: 'array',
  minItems: 1,
  maxItems: LIMITS.asyncActionItemsMax,
  items: {
    type: 'object',
    properties: { code: { type: ['string', 'null'], maxLength: LIMITS.codeLengthMax } },
  },
}

const checkImport = compileBodyCheck<VoucherInput[]>(VOUCHER_IMPORT)

/** The vouchers of an import, each with a code. Throws `invalid_payload` or `invalid_voucher`. */
export function parseVoucherImport(body: unknown): (VoucherInput & { code: string })[] {
  const vouchers = checkImport(body)
  const hasCode = (voucher: VoucherInput): voucher is VoucherInput & { code: string } =>
    Boolean(voucher.code)
  if (vouchers.every(hasCode)) return vouchers
  const count = vouchers.filter((voucher) => !hasCode(voucher)).length
  throw new ApiError('invalid_voucher', {
    details: `Found ${count} voucher(s) without 'code' value`,
  })
}

export const VOUCHER_METADATA_CHANGES = {
  type: 'array',
  minItems: 1,
  maxItems: LIMITS.asyncActionItemsMax,
  items: {
    type: 'object',
    required: ['code', 'metadata'],
    properties: { code: CODE, metadata: { type: 'object' } },
  },
}

const parseMetadataChanges = compileBodyCheck<MetadataChange[]>(VOUCHER_METADATA_CHANGES)

export const VOUCHER_METADATA_FOR_ALL = {
  type: 'object',
  required: ['codes', 'metadata'],
  properties: { codes: CODES, metadata: { type: 'object' } },
}

const parseMetadataForAll = compileBodyCheck<MetadataForAll>(VOUCHER_METADATA_FOR_ALL)

export const VOUCHER_CODES = {
  type: 'object',
  required: ['codes'],
  properties: { codes: { ...CODES, maxItems: LIMITS.bulkVouchersMax } },
}

const parseCodes = compileBodyCheck<{ codes: string[] }>(VOUCHER_CODES)

/** What was stored to be done is answered by the id of its action (R-HTTP-08). */
const accepted = (id: string, status = 202): Answer => ({
  status,
  body: { async_action_id: id },
})

/** The endpoints of `/v1/vouchers` that change many at once (engine-core §4.6). */
export function voucherBulkRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.post('/v1/vouchers/import', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const input = parseVoucherImport(request.body)
      return accepted(await enqueue(tx, call, 'VOUCHERS.IMPORT', input))
    }),
  )

  uploadRoutes(app, (scope) => {
    scope.post('/v1/vouchers/importCSV', (request, reply) =>
      command(deps, request, reply, async (tx, call) => {
        const input = parseCsvUpload(request.body)
        return accepted(await enqueue(tx, call, 'VOUCHERS.IMPORT_CSV', input))
      }),
    )
  })

  app.post('/v1/vouchers/bulk/async', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const input = parseMetadataChanges(request.body)
      return accepted(await enqueue(tx, call, 'VOUCHERS.BULK_UPDATE', input))
    }),
  )

  app.post('/v1/vouchers/metadata/async', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const input = parseMetadataForAll(request.body)
      const totalCount = input.codes.length
      const action = { type: 'VOUCHERS.METADATA_UPDATE' as const, input, totalCount }
      return accepted(await enqueueAsyncAction(tx, call, action))
    }),
  )

  for (const [verb, isActive] of [
    ['enable', true],
    ['disable', false],
  ] as const) {
    // Of older clients (R-SDK-01), which send the codes; newer ones name one voucher in the path.
    app.post(`/v1/vouchers/${verb}`, (request, reply) =>
      command(deps, request, reply, (tx, call) =>
        switchVouchers(tx, call, parseCodes(request.body).codes, isActive),
      ),
    )
  }
}

const enqueue = (
  tx: Tx,
  call: Call,
  type: Parameters<typeof enqueueAsyncAction>[2]['type'],
  input: readonly unknown[],
): Promise<string> => enqueueAsyncAction(tx, call, { type, input, totalCount: input.length })

/** All or, when one of the codes is unknown, none. */
async function switchVouchers(
  tx: Tx,
  call: Call,
  codes: readonly string[],
  isActive: boolean,
): Promise<Answer> {
  const { projectId, now } = call
  const found = await lockVouchersByCode(
    tx,
    codes.map((code) => ({ projectId, code })),
  )
  const vouchers = found.map((voucher, index) => {
    if (!voucher) throw notFound('voucher', codes[index] ?? '')
    return { ...voucher, isActive, updatedAt: now }
  })
  updateVouchers(tx, vouchers)
  const event = isActive ? 'voucher.enabled' : 'voucher.disabled'
  announce(
    tx,
    vouchers.map((voucher) => toVoucherFact(call, event, voucher)),
  )
  return { status: 200, body: {} }
}
