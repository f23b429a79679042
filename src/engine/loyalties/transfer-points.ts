import { ApiError, notFound } from '../../kernel/api-error.ts'
import { invariant } from '../../kernel/assert.ts'
import { newSortableId } from '../../kernel/ids.ts'
import type { Tx } from '../../platform/db.ts'
import { type BodySchema, compileBodyCheck } from '../api/index.ts'
import type { Call } from '../context.ts'
import { announce, type Fact } from '../outbox/index.ts'
import {
  addPoints,
  type Card,
  calculateMovement,
  findCardContexts,
  isMoved,
  type Moved,
  requireCard,
  requireHolder,
  takePoints,
  toMovementData,
  toTransactionFact,
} from '../points/index.ts'
import { lockVouchersByCode, toSimpleVoucher } from '../vouchers/index.ts'
import { type CardPath, getProgram, requireMember } from './find-card.ts'

/** Points that go from one card to another, and why. */
type Transfer = { code: string; points: number; reason?: string | null; source_id: string }

const TEXT = { type: ['string', 'null'] }

export const TRANSFERS: BodySchema = {
  type: 'array',
  minItems: 1,
  maxItems: 100,
  items: {
    type: 'object',
    required: ['code', 'points', 'source_id'],
    properties: {
      code: { type: 'string', minLength: 1 },
      points: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
      reason: TEXT,
      source_id: { type: 'string' },
    },
  },
}

export const parseTransfers = compileBodyCheck<Transfer[]>(TRANSFERS)

type Pair = { transfer: Transfer; source: Card; ids: { out: string; into: string } }

/**
 * Moves points from other cards onto the one of the path: all or none (L-33). They expire there by the rules of its
 * program, from today on (L-35). Throws `not_found`, `invalid_customer` for a card that nobody holds (L-37),
 * `loyalty_card_points_exceeded` with the code of the card that holds too few, and `invalid_voucher` for a card that is
 * to give to itself.
 */
export async function transferPoints(
  tx: Tx,
  call: Call,
  path: CardPath,
  transfers: readonly Transfer[],
): Promise<Card> {
  const { destination, pairs } = await lock(tx, call, path, transfers)
  const { sources, target } = calculateAfter(destination, pairs)
  const out = await takePoints(
    tx,
    pairs.map(({ transfer, source, ids }) => ({
      id: ids.out,
      voucher: source,
      points: transfer.points,
      type: 'POINTS_TRANSFER_OUT' as const,
      sourceId: transfer.source_id,
      reason: transfer.reason ?? null,
      relatedTransactionId: ids.into,
      details: { destination_voucher: toSimpleVoucher(target) },
    })),
    call.now,
  )
  const short = out.find((result) => !isMoved(result))
  if (short) {
    throw new ApiError('loyalty_card_points_exceeded', { details: short.voucher.code })
  }
  const into = await addPoints(
    tx,
    pairs.map(({ transfer, source, ids }) => ({
      id: ids.into,
      voucher: destination,
      points: transfer.points,
      type: 'POINTS_TRANSFER_IN' as const,
      sourceId: transfer.source_id,
      reason: transfer.reason ?? null,
      relatedTransactionId: ids.out,
      details: { source_voucher: toSimpleVoucher(sources.get(source.id) ?? source) },
    })),
    call.now,
  )
  const given = out.filter(isMoved)
  announce(tx, await toFacts(tx, call, given, into))
  const [last] = into
  invariant(last, 'what was given has come')
  return last.voucher
}

/** Locks all cards at once, so that two who transfer to and fro queue up and do not deadlock. */
async function lock(
  tx: Tx,
  { projectId, now }: Call,
  { campaignId, memberId }: CardPath,
  transfers: readonly Transfer[],
): Promise<{ destination: Card; pairs: Pair[] }> {
  const program = campaignId === undefined ? undefined : await getProgram(tx, projectId, campaignId)
  const [first, ...others] = await lockVouchersByCode(
    tx,
    [memberId, ...transfers.map(({ code }) => code)].map((code) => ({ projectId, code })),
  )
  const destination = requireMember(first, program, memberId)
  requireHolder(destination)
  const pairs = transfers.map((transfer, index) => {
    const voucher = others[index]
    if (!voucher) throw notFound('voucher', transfer.code)
    const source = requireCard(voucher)
    requireHolder(source)
    if (source.id === destination.id) {
      throw new ApiError('invalid_voucher', { details: 'A card cannot give points to itself' })
    }
    const newTransaction = () => newSortableId('voucherTransaction', now.getTime())
    return { transfer, source, ids: { out: newTransaction(), into: newTransaction() } }
  })
  return { destination, pairs }
}

/** The cards as the transfers will leave them: each side tells of the other (L-34). */
function calculateAfter(destination: Card, pairs: readonly Pair[]) {
  const sources = new Map<string, Card>()
  let target = destination
  for (const { transfer, source } of pairs) {
    const { points } = transfer
    const before = sources.get(source.id) ?? source
    sources.set(source.id, calculateMovement(before, 'POINTS_TRANSFER_OUT', points).card)
    target = calculateMovement(target, 'POINTS_TRANSFER_IN', points).card
  }
  return { sources, target }
}

/** L-36: whoever holds one of the cards is told, and both movements. */
async function toFacts(
  tx: Tx,
  call: Call,
  given: readonly Moved[],
  received: readonly Moved[],
): Promise<Fact[]> {
  const moved = given.flatMap((out, index) => {
    const into = received[index]
    if (!into) return []
    const both = {
      source_voucher: toSimpleVoucher(out.voucher),
      destination_voucher: toSimpleVoucher(into.voucher),
    }
    return [
      { ...out, both },
      { ...into, both },
    ]
  })
  const contexts = await findCardContexts(
    tx,
    call.projectId,
    moved.map(({ voucher }) => voucher),
  )
  return moved.flatMap(({ transaction, both }, index): Fact[] => {
    const context = contexts[index]
    if (!context) return []
    const data = { ...toMovementData(context, transaction), ...both, customer: context.customer }
    const told = toTransactionFact(call, context, transaction)
    if (context.holderId === null) return [told]
    const type = 'customer.voucher.loyalty_card.points_transferred'
    return [told, { call, type, customerId: context.holderId, data }]
  })
}
