import { API_ERRORS, ApiError, type ApiErrorKey } from '../../kernel/api-error.ts'
import { type Campaign, calculateExpiration } from '../campaigns/index.ts'
import type { Call } from '../context.ts'
import type { Voucher } from '../vouchers/index.ts'
import type { Publication } from './publication.ts'

/** A wish to publish vouchers, with everything it refers to, the vouchers under lock. */
export type PublishCommand = Pick<Publication, 'id' | 'sourceId' | 'channel' | 'metadata'> & {
  call: Call
  /** The one that is asked for, or those of the campaign that were found. */
  vouchers: readonly Voucher[]
  /** How many are asked for. */
  count: number
  campaign: Campaign | undefined
  customerId: string
  joinOnce: boolean
  /** The last publication of this voucher, or of its campaign, to this customer. */
  earlier: Publication | undefined
  /** True when a publication has the `source_id` already. */
  isSourceIdTaken: boolean
}

export type PublicationDecision =
  /** Nothing happens; the customer gets what they were given before (P-5). */
  | { kind: 'repeated'; publication: Publication }
  | {
      kind: 'granted'
      publication: Publication
      vouchers: readonly Voucher[]
      /** When they stop being valid, if the publication says so (P-12). */
      expirationDate: Date | undefined
    }
  /** Refused, but recorded (P-14). */
  | { kind: 'denied'; publication: Publication; error: ApiError }

/**
 * Decides whether vouchers are given to a customer. The last one it is given to holds it (P-15). Returns the
 * error itself for a refusal that leaves no trace: a `source_id` that is used up (P-6).
 */
export function decidePublication(command: PublishCommand): PublicationDecision | ApiError {
  const { earlier, joinOnce, sourceId, isSourceIdTaken } = command
  if (joinOnce && earlier) return { kind: 'repeated', publication: earlier }
  if (sourceId !== null && isSourceIdTaken) return duplicateSourceId(sourceId)
  const refusal = findRefusal(command)
  return refusal ? deny(command, refusal) : grant(command)
}

/** The refusal of a `source_id` that another publication has. */
export const duplicateSourceId = (sourceId: string): ApiError =>
  new ApiError('duplicate_source_id', {
    details: `Publication with source_id: '${sourceId}' already exists`,
  })

type Refusal = { key: ApiErrorKey; details: string }

function findRefusal({
  vouchers,
  count,
  campaign,
  earlier,
  call,
}: PublishCommand): Refusal | undefined {
  // P-5: the campaign gives each customer one, and this one does not ask for the same again.
  if (campaign?.joinOnce && earlier) {
    return {
      key: 'voucher_cannot_be_published',
      details: 'Voucher cannot be published. Customer already joined program.',
    }
  }
  if (vouchers.length < count) {
    return {
      key: 'no_voucher_suitable_for_publication',
      details: "Couldn't create new vouchers for publication",
    }
  }
  for (const voucher of vouchers) {
    const refusal = findRefusalOf(voucher, campaign, call.now)
    if (refusal) return refusal
  }
  return undefined
}

function findRefusalOf(
  voucher: Voucher,
  campaign: Campaign | undefined,
  now: Date,
): Refusal | undefined {
  const { code, isActive, validity, publishCount } = voucher
  const unsuitable = (why: string): Refusal => ({
    key: 'no_voucher_suitable_for_publication',
    details: `Voucher ${code} ${why}`,
  })
  if (!isActive) return unsuitable('is disabled')
  if (validity.expirationDate !== null && validity.expirationDate <= now) {
    return unsuitable('has expired')
  }
  if (publishCount > 0 && isUnique(voucher, campaign)) {
    return {
      key: 'voucher_already_published',
      details: `Voucher '${voucher.id}' has already been published`,
    }
  }
  return undefined
}

/** P-4: a code of a pool, a card or a referral code has one owner. Others may be published over and over. */
const isUnique = ({ isReferralCode, type }: Voucher, campaign: Campaign | undefined): boolean =>
  isReferralCode ||
  type === 'LOYALTY_CARD' ||
  (campaign !== undefined && campaign.type !== 'STANDALONE')

function grant(command: PublishCommand): PublicationDecision {
  const { vouchers, campaign, customerId, call } = command
  const expirationDate = campaign && calculateExpiration(campaign, call.now)
  return {
    kind: 'granted',
    publication: toSuccess(command),
    vouchers: vouchers.map((voucher) => ({
      ...voucher,
      ...(expirationDate && { validity: { ...voucher.validity, expirationDate } }),
      holderId: customerId,
      // F-1: the referrer is whom a referral code is published to.
      ...(voucher.isReferralCode && { referrerId: customerId }),
      publishCount: voucher.publishCount + 1,
    })),
    expirationDate,
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
  voucherIds: command.vouchers.map(({ id }) => id),
  campaignId: command.campaign?.id ?? null,
  sourceId: command.sourceId,
  channel: command.channel,
  result: 'SUCCESS',
  failureCode: null,
  failureMessage: null,
  metadata: command.metadata,
  createdAt: command.call.now,
})
