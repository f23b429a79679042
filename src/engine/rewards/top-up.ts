import type { ApiError } from '../../kernel/api-error.ts'
import { invariant } from '../../kernel/assert.ts'
import type { Json } from '../../kernel/json.ts'
import type { Tx } from '../../platform/db.ts'
import type { Call } from '../context.ts'
import type { Customer } from '../customers/index.ts'
import type { Fact } from '../outbox/index.ts'
import { addPoints, findCardContexts, type PointsAddition, toManualFacts } from '../points/index.ts'
import { openSource, type Source, settlePublication } from '../publications/index.ts'
import {
  AUTOMATION,
  findHeldVoucherId,
  lockVouchersById,
  moveCredits,
  type Voucher,
} from '../vouchers/index.ts'

/** Where what is given to a customer goes: a card that they hold, or codes of the campaign. */
export type Destination = { held: Voucher } | { source: Source }

/**
 * The card of a campaign that a customer holds, locked; else where a card for them comes from. Comes before customers.
 * Throws `not_found` for a campaign that the project does not have.
 */
export async function openDestination(
  tx: Tx,
  call: Call,
  { campaignId, customerId }: { campaignId: string; customerId: string },
): Promise<Destination> {
  const held = await lockHeld(tx, call, campaignId, customerId)
  if (held) return { held }
  return { source: await openSource(tx, call, { campaign: campaignId, count: 1 }) }
}

async function lockHeld(
  tx: Tx,
  { projectId }: Call,
  campaignId: string,
  customerId: string,
): Promise<Voucher | undefined> {
  const id = await findHeldVoucherId(tx, campaignId, customerId)
  if (id === undefined) return undefined
  const [held] = await lockVouchersById(tx, projectId, [id])
  return held?.holderId === customerId ? held : undefined
}

/** Something that was given, with what is to be announced of it and the publication if there was one. */
export type Given = {
  vouchers: readonly Voucher[]
  facts: Fact[]
  publication: { id: string; view: Json } | undefined
  /** Why nothing was given. */
  error?: ApiError
}

const CHANNEL = 'Automation'

/** Publishes codes of a campaign to a customer whom `tx` has locked. Throws where a retry is refused again. */
export async function giveCodes(
  tx: Tx,
  call: Call,
  { source, customer, isRetry = false }: { source: Source; customer: Customer; isRetry?: boolean },
): Promise<Given> {
  const { decision, vouchers, fact } = await settlePublication(tx, call, {
    source,
    customer,
    sourceId: null,
    channel: CHANNEL,
    metadata: {},
    joinOnce: false,
    isRetry,
  })
  const facts = fact ? [fact] : []
  if (decision.kind === 'denied') {
    return { vouchers: [], facts, publication: undefined, error: decision.error }
  }
  const publication = { id: decision.publication.id, view: fact?.data['publication'] ?? null }
  return { vouchers, facts, publication }
}

/** What comes onto a card, and because of what. */
export type TopUp = {
  campaignId: string
  customer: Customer
  /** Credits or points, whichever the cards of the campaign hold. */
  amount: number
  redemptionId: string | null
  /** What the line of the ledger says of the cause. */
  details: { [key: string]: Json }
  /** It could not be given before. */
  isRetry?: boolean
}

/** Puts credits or points onto a customer's card, who gets one first where they have none (§9.3, F-12). */
export async function topUp(
  tx: Tx,
  call: Call,
  destination: Destination,
  { campaignId, customer, amount, redemptionId, details, isRetry = false }: TopUp,
): Promise<Given> {
  // As it is now: something may have come onto it since, or they may have been given one.
  const held = await lockHeld(tx, call, campaignId, customer.id)
  const given: Given = held
    ? { vouchers: [held], facts: [], publication: undefined }
    : await giveCodes(tx, call, { source: toSource(destination), customer, isRetry })
  const [card] = given.vouchers
  if (!card) return given
  const cause = { redemptionId, details, source: AUTOMATION }
  const moved =
    card.type === 'GIFT_VOUCHER'
      ? await moveCredits(tx, call, card, { ...cause, amount })
      : await movePoints(tx, call, card, { ...cause, points: amount })
  return { ...given, vouchers: [moved.voucher], facts: [...given.facts, ...moved.facts] }
}

async function movePoints(
  tx: Tx,
  call: Call,
  voucher: Voucher,
  addition: Pick<PointsAddition, 'points' | 'redemptionId' | 'details' | 'source'>,
): Promise<{ voucher: Voucher; facts: Fact[] }> {
  const additions = [{ ...addition, voucher, type: 'POINTS_ADDITION' as const }]
  const [moved] = await addPoints(tx, additions, call.now)
  invariant(moved, 'points that were given are on the card')
  const [context] = await findCardContexts(tx, call.projectId, [moved.voucher])
  return { voucher: moved.voucher, facts: context ? toManualFacts(call, context, moved) : [] }
}

function toSource(destination: Destination): Source {
  invariant('source' in destination, 'a customer without a card is given one')
  return destination.source
}
