import { ApiError, type ApiErrorKey } from '../../kernel/api-error.ts'

/** Why a redeemable cannot be applied: a value, so that it fails neither its batch nor its neighbours. */
export type Refusal = {
  key: ApiErrorKey
  /** The `details` of the error: the code for the state of a voucher (§3.1), else a sentence. */
  details: string
  /** What was found, in a sentence; told by `?explain=true`. */
  because: string
}

/** The error that tells `refusal` of the redeemable `id`; `resource` is the object at fault (§3.1). */
export const toApiError = (
  refusal: Refusal,
  id: string,
  resource?: { type: string; id: string },
): ApiError =>
  new ApiError(refusal.key, {
    details: refusal.details,
    redeemable: { type: 'voucher', id },
    ...(resource && { resource }),
  })

/** The error of a redeemable that was refused, as validations tell it (R-ERR-02). */
export const toOutcomeError = ({
  refusal,
  redeemable: { id },
}: {
  refusal: Refusal
  redeemable: { id: string }
}): ApiError =>
  toApiError(refusal, id, refusal.key === 'not_found' ? { type: 'voucher', id } : undefined)
