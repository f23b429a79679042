import { ApiError, notFound } from '../../kernel/api-error.ts'
import { parseIsoDate } from '../../kernel/time.ts'
import type { Tx } from '../../platform/db.ts'
import { compileBodyCheck } from '../api/index.ts'
import type { Call } from '../context.ts'
import { announce } from '../outbox/index.ts'
import { findProjectSettings } from '../project-settings/index.ts'
import {
  type BalanceInput,
  changeCredits,
  lockVouchersByCode,
  refuseOverdraft,
  toBalanceView,
  type VoucherReference,
  type VoucherTransaction,
} from '../vouchers/index.ts'
import { type Day, toDay } from './calculate-expiration.ts'
import { type Card, refuseOverflow, requireHolder } from './calculate-movement.ts'
import { addPoints, isMoved, type Moved, type PointsAddition, takePoints } from './move-points.ts'
import { findCardContexts, toManualFacts } from './movement-facts.ts'

const TEXT = { type: ['string', 'null'] }
const NOT_NOTHING = {
  type: 'integer',
  minimum: Number.MIN_SAFE_INTEGER,
  maximum: Number.MAX_SAFE_INTEGER,
  not: { const: 0 },
}

export const BALANCE_CHANGE = {
  type: 'object',
  required: ['amount'],
  properties: { amount: NOT_NOTHING, source_id: TEXT, reason: TEXT },
}

/** Reads the body of a change of a balance; an amount of 0 changes nothing and is refused (G-4). */
export const parseBalanceChange = compileBodyCheck<BalanceInput>(BALANCE_CHANGE)

/** How many points come onto a card, or go from it, until when they can be spent, and why (§8.5). */
export type PointsInput = {
  points: number
  expiration_type?: 'PROGRAM_RULES' | 'CUSTOM_DATE' | 'NON_EXPIRING' | null
  expiration_date?: string | null
  reason?: string | null
  source_id?: string | null
}

export const POINTS_CHANGE = {
  type: 'object',
  required: ['points'],
  properties: {
    points: NOT_NOTHING,
    expiration_type: {
      type: ['string', 'null'],
      enum: ['PROGRAM_RULES', 'CUSTOM_DATE', 'NON_EXPIRING', null],
    },
    expiration_date: { type: ['string', 'null'], format: 'iso-date' },
    reason: TEXT,
    source_id: TEXT,
  },
}

/** Reads the body of a change of a loyalty card's balance. */
export const parsePointsChange = compileBodyCheck<PointsInput>(POINTS_CHANGE)

/**
 * Adds credits or points to a card by hand, or removes some. Rivals for one card queue up at its lock, so none is lost
 * and none takes it below zero. Throws `not_found`, `invalid_voucher` for a voucher without a balance (G-5),
 * `invalid_customer` for a loyalty card that nobody holds, and `invalid_add_balance_params` for a card that holds too
 * little or has no room for more.
 */
export async function changeBalance(
  tx: Tx,
  call: Call,
  reference: VoucherReference,
  input: BalanceInput,
): Promise<VoucherTransaction> {
  const [voucher] = await lockVouchersByCode(tx, [reference])
  if (!voucher) throw notFound('voucher', reference.code)
  switch (voucher.type) {
    case 'DISCOUNT_VOUCHER':
      throw new ApiError('invalid_voucher', {
        details: 'Only a gift card or a loyalty card has a balance',
      })
    case 'GIFT_VOUCHER':
      return changeCredits(tx, call, voucher, input)
    case 'LOYALTY_CARD':
      refuseOverflow(voucher, input.amount, 'amount')
      return (await changePoints(tx, call, voucher, { ...input, points: input.amount })).transaction
  }
}

/**
 * The same for a loyalty card that `tx` has locked (L-30 to L-32). What is added can be spent until the day the program
 * says, a day of the caller's, or for ever. Throws as `changeBalance`, and `invalid_expiration_date` for a day that is
 * over.
 */
export async function changePoints(
  tx: Tx,
  call: Call,
  card: Card,
  input: PointsInput,
): Promise<Moved> {
  requireHolder(card)
  const told = { sourceId: input.source_id ?? null, reason: input.reason ?? null }
  const moved =
    input.points > 0
      ? await add(tx, call, card, { ...input, ...told })
      : await take(tx, call, card, { ...input, ...told })
  const [context] = await findCardContexts(tx, call.projectId, [moved.voucher])
  if (context) announce(tx, toManualFacts(call, context, moved))
  return moved
}

type Told = { sourceId: string | null; reason: string | null }

async function add(
  tx: Tx,
  call: Call,
  voucher: Card,
  { sourceId, reason, ...input }: PointsInput & Told,
): Promise<Moved> {
  const expiresAt = await toExpiry(tx, call, input)
  const [moved] = await addPoints(
    tx,
    [{ voucher, points: input.points, type: 'POINTS_ADDITION', expiresAt, sourceId, reason }],
    call.now,
  )
  return moved as Moved
}

async function take(
  tx: Tx,
  call: Call,
  voucher: Card,
  { sourceId, reason, points }: PointsInput & Told,
): Promise<Moved> {
  const [result] = await takePoints(
    tx,
    [{ voucher, points: -points, type: 'POINTS_REMOVAL', sourceId, reason }],
    call.now,
  )
  if (result && isMoved(result)) return result
  refuseOverdraft(result?.balance ?? 0, points)
  throw new ApiError('internal_error')
}

/** L-30, L-31. */
async function toExpiry(
  tx: Tx,
  { projectId, now }: Call,
  { expiration_type, expiration_date }: PointsInput,
): Promise<NonNullable<PointsAddition['expiresAt']> | null> {
  if (expiration_type === 'NON_EXPIRING') return null
  if (expiration_type !== 'CUSTOM_DATE') return 'PROGRAM'
  if (!expiration_date) {
    throw new ApiError('invalid_payload', {
      details: "Payload should have required property 'expiration_date'",
    })
  }
  const timeZone = (await findProjectSettings(tx, [projectId])).get(projectId)?.timeZone ?? 'UTC'
  const day = toGivenDay(expiration_date, timeZone)
  if (day >= toDay(now, timeZone)) return day
  throw new ApiError('invalid_expiration_date', {
    details: 'Expiration date cannot be set in the past',
  })
}

/** A day is meant as it is written; a moment is on the day it is then in the project's time zone. */
function toGivenDay(text: string, timeZone: string): Day {
  const given = text.trim()
  return given.length === 10 ? given : toDay(parseIsoDate(given) ?? new Date(Number.NaN), timeZone)
}

/** The answer to a change made by its voucher (R-VOU-11): the amount is called so for points too. */
export function toBalanceAnswer(transaction: VoucherTransaction): { [key: string]: unknown } {
  const { points: _points, ...view } = toBalanceView(transaction)
  return { ...view, amount: transaction.amount }
}
