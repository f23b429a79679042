import { ApiError, type ApiErrorKey } from '../../kernel/api-error.ts'
import type { Redeemable } from './redeemable.ts'

/** Why a redeemable cannot be applied: a value, so that it fails neither its batch nor its neighbours. */
export type Refusal = {
  key: ApiErrorKey
  /** The `details` of the error: the code for the state of a voucher (§3.1), else a sentence. */
  details: string
  /** The object that is not there, where it is another than the redeemable (§3.1). */
  missing?: { type: string; id: string }
  /** Replaces the message of the key where the reference words it in several ways. */
  message?: string
  /** What was found, in a sentence; told by `?explain=true`. */
  because: string
  /** What the author of a rule wants to be told (R-ERR-04). */
  customMessage?: string | undefined
}

/** R-RED-07: points are spent on a reward. */
export const MISSING_REWARD: Refusal = {
  key: 'missing_reward',
  details: 'A reward is required when redeeming a LOYALTY_CARD',
  because: 'The request names no reward',
}

/** The error that tells `refusal` of a redeemable; `resource` is the object at fault (§3.1). */
export const toApiError = (
  { key, details, message, customMessage }: Refusal,
  { object, id }: Pick<Redeemable, 'object' | 'id'>,
  resource?: { type: string; id: string },
): ApiError =>
  new ApiError(key, {
    details,
    redeemable: { type: object, id },
    ...(message !== undefined && { message }),
    ...(customMessage !== undefined && { customMessage }),
    ...(resource && { resource }),
  })

/** The error of a redeemable that was refused, as validations tell it (R-ERR-02). */
export const toOutcomeError = ({
  refusal,
  redeemable,
}: {
  refusal: Refusal
  redeemable: Pick<Redeemable, 'object' | 'id'>
}): ApiError =>
  toApiError(
    refusal,
    redeemable,
    refusal.key === 'not_found'
      ? (refusal.missing ?? { type: redeemable.object, id: redeemable.id })
      : undefined,
  )
