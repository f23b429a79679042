import { API_ERRORS, ApiError, type ApiErrorKey } from '../../kernel/api-error.ts'
import type { Call } from '../context.ts'
import type { Voucher } from '../vouchers/index.ts'
import type { Publication } from './publication.ts'

/** A wish to publish a voucher, with everything it refers to, the voucher under lock. */
export type PublishCommand = Pick<Publication, 'id' | 'sourceId' | 'channel' | 'metadata'> & {
  call: Call
  voucher: Voucher
  customerId: string
  joinOnce: boolean
  /** The last publication of this voucher to this customer. */
  earlier: Publication | undefined
  /** True when a publication has the `source_id` already. */
  isSourceIdTaken: boolean
}

export type PublicationDecision =
  /** Nothing happens; the customer gets what they were given before (P-5). */
  | { kind: 'repeated'; publication: Publication }
  | { kind: 'granted'; publication: Publication; voucher: Voucher }
  /** Refused, but recorded (P-14). */
  | { kind: 'denied'; publication: Publication; error: ApiError }

/**
 * Decides whether a voucher is given to a customer. The last one it is given to holds it (P-15). Returns the
 * error itself for a refusal that leaves no trace: a `source_id` that is used up (P-6).
 */
export function decidePublication(command: PublishCommand): PublicationDecision | ApiError {
  const { earlier, joinOnce, sourceId, isSourceIdTaken, voucher } = command
  if (joinOnce && earlier) return { kind: 'repeated', publication: earlier }
  if (sourceId !== null && isSourceIdTaken) return duplicateSourceId(sourceId)
  const refusal = findRefusal(voucher, command.call.now)
  return refusal ? deny(command, refusal) : grant(command)
}

/** The refusal of a `source_id` that another publication has. */
export const duplicateSourceId = (sourceId: string): ApiError =>
  new ApiError('duplicate_source_id', {
    details: `Publication with source_id: '${sourceId}' already exists`,
  })

type Refusal = { key: ApiErrorKey; details: string }

function findRefusal(voucher: Voucher, now: Date): Refusal | undefined {
  const { code, isActive, expirationDate, isReferralCode, publishCount } = voucher
  const unsuitable = (why: string): Refusal => ({
    key: 'no_voucher_suitable_for_publication',
    details: `Voucher ${code} ${why}`,
  })
  if (!isActive) return unsuitable('is disabled')
  if (expirationDate !== null && expirationDate <= now) return unsuitable('has expired')
  // P-4: a referral code says who referred, so it has one owner. Others may be published over and over.
  if (isReferralCode && publishCount > 0) return { key: 'voucher_already_published', details: code }
  return undefined
}

function grant(command: PublishCommand): PublicationDecision {
  const { voucher, customerId } = command
  return {
    kind: 'granted',
    publication: toSuccess(command),
    voucher: { ...voucher, holderId: customerId, publishCount: voucher.publishCount + 1 },
  }
}

function deny(command: PublishCommand, { key, details }: Refusal): PublicationDecision {
  const publication: Publication = {
    ...toSuccess(command),
    result: 'FAILURE',
    failureCode: key,
    failureMessage: API_ERRORS[key].message,
  }
  const resource = { type: 'publication', id: publication.id }
  return { kind: 'denied', publication, error: new ApiError(key, { details, resource }) }
}

const toSuccess = (command: PublishCommand): Publication => ({
  id: command.id,
  projectId: command.call.projectId,
  customerId: command.customerId,
  voucherId: command.voucher.id,
  sourceId: command.sourceId,
  channel: command.channel,
  result: 'SUCCESS',
  failureCode: null,
  failureMessage: null,
  metadata: command.metadata,
  createdAt: command.call.now,
})
