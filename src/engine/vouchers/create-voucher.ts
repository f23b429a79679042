import { ApiError } from '../../kernel/api-error.ts'
import { newId } from '../../kernel/ids.ts'
import type { Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { requireCategory } from '../categories/index.ts'
import { generateCodes, parseCodeConfig } from '../codes/index.ts'
import type { Call } from '../context.ts'
import { announce } from '../outbox/index.ts'
import { withDefaultCharset } from '../project-settings/index.ts'
import { assignRule } from '../validation-rules/index.ts'
import { calculateNewVoucher } from './calculate-voucher.ts'
import type { VoucherInput } from './voucher.schema.ts'
import type { Voucher } from './voucher.ts'
import { toVoucherFact } from './voucher-facts.ts'
import { insertVouchers } from './voucher-write.repo.ts'

/**
 * Makes the voucher that `input` describes, under its code or else under a random one. Throws
 * `duplicate_found` when the project has that code already, be it in the bin (R-VOU-08).
 */
export async function createVoucher(tx: Tx, call: Call, input: VoucherInput): Promise<Voucher> {
  const { projectId, now } = call
  await requireCategory(tx, projectId, input.category_id)
  const voucher = await storeNewVoucher(tx, call, input, (code) =>
    calculateNewVoucher(input, { id: newId('voucher'), projectId, code, now }),
  )
  for (const ruleId of input.validation_rules ?? []) {
    const to = { relatedObjectType: 'voucher', relatedObjectId: voucher.id } as const
    await assignRule(tx, call, { ruleId, ...to })
  }
  return voucher
}

/** Stores what `make` makes of the code that is asked for, or of a random one. Throws as `createVoucher`. */
export async function storeNewVoucher(
  tx: Tx,
  call: Call,
  { code, code_config }: Pick<VoucherInput, 'code' | 'code_config'>,
  make: (code: string) => Voucher,
): Promise<Voucher> {
  const voucher = code
    ? await storeUnderCode(tx, make(code))
    : await storeUnderRandomCode(
        tx,
        await withDefaultCharset(tx, call.projectId, code_config),
        make,
      )
  announce(tx, [toVoucherFact(call, 'voucher.created', voucher)])
  return voucher
}

async function storeUnderCode(tx: Tx, voucher: Voucher): Promise<Voucher> {
  const stored = await insertVouchers(tx, [voucher])
  if (stored.size > 0) return voucher
  throw duplicateCode(voucher.code)
}

/** Tries codes until one is free; throws `invalid_code_config` when its form leaves too few (R-CODE-02). */
async function storeUnderRandomCode(
  tx: Tx,
  codeConfig: VoucherInput['code_config'],
  make: (code: string) => Voucher,
): Promise<Voucher> {
  const config = parseCodeConfig(codeConfig)
  for (const code of generateCodes(config, LIMITS.codeGenerationAttemptsMax)) {
    const voucher = make(code)
    const stored = await insertVouchers(tx, [voucher])
    if (stored.size > 0) return voucher
  }
  throw noCodeLeft()
}

export const duplicateCode = (code: string): ApiError =>
  new ApiError('duplicate_found', {
    details: `Duplicated voucher exists with id ${code}`,
    resource: { type: 'voucher', id: code },
  })

const noCodeLeft = (): ApiError =>
  new ApiError('invalid_code_config', {
    details: `No unused code found in ${LIMITS.codeGenerationAttemptsMax} attempts; a longer code or a larger charset leaves more`,
  })
