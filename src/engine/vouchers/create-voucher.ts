import { ApiError } from '../../kernel/api-error.ts'
import { newId } from '../../kernel/ids.ts'
import type { Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { newCode, parseCodeConfig } from '../codes/index.ts'
import type { Call } from '../context.ts'
import { calculateNewVoucher } from './calculate-voucher.ts'
import { insertVoucher } from './voucher.repo.ts'
import type { VoucherInput } from './voucher.schema.ts'
import type { Voucher } from './voucher.ts'

/**
 * Makes the voucher that `input` describes, under its code or else under a random one. Throws
 * `duplicate_found` when the project has that code already, be it in the bin (R-VOU-08).
 */
export async function createVoucher(tx: Tx, call: Call, input: VoucherInput): Promise<Voucher> {
  if (!input.code) return createWithRandomCode(tx, call, input)
  const voucher = toVoucherUnder(input.code, call, input)
  if (await insertVoucher(tx, voucher)) return voucher
  throw new ApiError('duplicate_found', {
    details: `Duplicated voucher exists with id ${input.code}`,
    resource: { type: 'voucher', id: input.code },
  })
}

/** Tries codes until one is free; throws `invalid_code_config` when its form leaves too few (R-CODE-02). */
async function createWithRandomCode(tx: Tx, call: Call, input: VoucherInput): Promise<Voucher> {
  const config = parseCodeConfig(input.code_config)
  for (let attempt = 0; attempt < LIMITS.codeGenerationAttemptsMax; attempt += 1) {
    const voucher = toVoucherUnder(newCode(config), call, input)
    if (await insertVoucher(tx, voucher)) return voucher
  }
  throw new ApiError('invalid_code_config', {
    details: `No unused code found in ${LIMITS.codeGenerationAttemptsMax} attempts; a longer code or a larger charset leaves more`,
  })
}

const toVoucherUnder = (code: string, call: Call, input: VoucherInput): Voucher =>
  calculateNewVoucher(input, {
    id: newId('voucher'),
    projectId: call.projectId,
    code,
    now: call.now,
  })
