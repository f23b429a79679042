import { isPlainObject } from '../../kernel/json.ts'
import type { Tx } from '../../platform/db.ts'
import type { Happening, ProgramEffect } from '../effects/index.ts'
import { evaluateTiers, lockCards } from './evaluate-tiers.ts'

/** Whatever moves the points of a card may move it into another tier (L-50 to L-56). */
export const tiersEffect: ProgramEffect = { kind: 'tiers', run: followPoints }

async function followPoints(tx: Tx, happenings: readonly Happening[]): Promise<void> {
  const calls = new Map(
    happenings.flatMap(({ call, data }) => findCardIds(data).map((id) => [id, call] as const)),
  )
  await evaluateTiers(tx, await lockCards(tx, calls))
}

/** The loyalty cards that an occurrence is about: one, or all that a publication gave. */
function findCardIds({ voucher, vouchers }: Happening['data']): string[] {
  const told = [voucher, ...(Array.isArray(vouchers) ? vouchers : [])]
  return told.flatMap((view) => {
    const card = isPlainObject(view) ? (view as { type?: unknown; id?: unknown }) : {}
    return card.type === 'LOYALTY_CARD' && typeof card.id === 'string' ? [card.id] : []
  })
}
