import { newId } from '../../kernel/ids.ts'
import type { Tx } from '../../platform/db.ts'
import type { Call } from '../context.ts'
import type { Applied, ValidationDecision } from '../evaluation/index.ts'
import { expiryOf, reserve, type SessionInput } from '../sessions/index.ts'

/**
 * Reserves what a valid request would redeem: a use of each voucher, with its credits or points (R-SES-01). The
 * vouchers are locked by `tx`. Returns the key of the session; null when none was asked for, or nothing is valid.
 */
export function reserveApplied(
  tx: Tx,
  { projectId, now }: Call,
  session: SessionInput | undefined,
  { isValid, applied }: ValidationDecision,
): string | null {
  if (!session || !isValid) return null
  const key = session.key ?? newId('session')
  reserve(
    tx,
    { projectId, key, expiresAt: expiryOf(session, now), now },
    applied.flatMap(({ target, effect }) =>
      target.voucher ? [{ voucherId: target.voucher.id, ...toReserved(effect) }] : [],
    ),
  )
  return key
}

const toReserved = (effect: Applied['effect']): { credits: number; points: number } => ({
  credits: effect.kind === 'gift' ? effect.credits : 0,
  points: effect.kind === 'points' ? effect.points : 0,
})
