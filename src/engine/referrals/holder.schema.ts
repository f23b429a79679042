import { ApiError } from '../../kernel/api-error.ts'
import { LIMITS } from '../../platform/limits.ts'
import { compileBodyCheck } from '../api/index.ts'
import {
  CUSTOMER_SCHEMA,
  type CustomerInput,
  type Metadata,
  toCustomerInput,
} from '../customers/index.ts'

export const HOLDERS_BODY = {
  type: 'object',
  required: ['holders'],
  properties: {
    holders: {
      type: 'array',
      minItems: 1,
      maxItems: LIMITS.holdersPerRequestMax,
      items: CUSTOMER_SCHEMA,
    },
    metadata: { type: ['object', 'null'] },
  },
}

const checkBody = compileBodyCheck<{
  holders: (CustomerInput | string | null)[]
  metadata?: Metadata | null
}>(HOLDERS_BODY)

/** Reads who is to hold a referral code (F-20). Throws `invalid_payload`. */
export function parseHolders(body: unknown): { holders: CustomerInput[]; metadata: Metadata } {
  const { holders, metadata } = checkBody(body)
  return {
    holders: holders.map((holder, index) => {
      const input = toCustomerInput(holder)
      if (input) return input
      throw new ApiError('invalid_payload', {
        details: `Property .holders[${index}] must be object`,
      })
    }),
    metadata: metadata ?? {},
  }
}
