import { ApiError } from '../../kernel/api-error.ts'
import type { IdempotencyKey } from '../api/index.ts'
import type { Call } from '../context.ts'
import type { Customer } from '../customers/index.ts'
import type { RedeemInput } from '../evaluation/index.ts'
import type { LoadedRequest } from './decide-redeem-batch.ts'
import type { RedemptionDecision } from './decide-redemption.ts'

/**
 * `stack`: the answer of `POST /v1/redemptions`; `single`: the bare redemption of the older endpoints (§21); `member`:
 * the same with the loyalty card in full (engine-programs §9.4).
 */
export type AnswerShape = 'stack' | 'single' | 'member'

/** One request that joins a batch. */
export type RedeemRequest = {
  call: Call
  input: RedeemInput
  shape: AnswerShape
  /** Whether the answer is to say why. */
  isExplained: boolean
  /** The engine redeems by itself. */
  isOwn?: boolean
  key: IdempotencyKey | undefined
}

/** A request with the decision about it. */
export type Decided = { request: LoadedRequest & RedeemRequest; decision: RedemptionDecision }

/** The customer of a request that could be decided. */
export const knownCustomer = ({
  customer,
}: Pick<LoadedRequest, 'customer'>): Customer | undefined =>
  customer instanceof ApiError ? undefined : customer
