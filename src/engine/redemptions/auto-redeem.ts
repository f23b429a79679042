import { isPlainObject } from '../../kernel/json.ts'
import type { Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import {
  findLastWaiting,
  findPrograms,
  findWaiting,
  type Happening,
  type ProgramEffect,
} from '../effects/index.ts'
import type { RedeemInput } from '../evaluation/index.ts'
import type { Night, NightlyStep } from '../nightly/index.ts'
import { type AutoRedemption, findAutoRedeemable } from '../rewards/index.ts'
import { redeemBatch } from './redeem-batch.ts'

/**
 * Redeems cards for the reward that their program redeems by itself, as soon as the points are there, before tiers
 * look at them.
 */
export const autoRedeemEffect: ProgramEffect = { kind: 'auto_redeem', run: autoRedeem }

/**
 * L-66, step 2: redeems at night what came onto cards and was not looked at yet, so that the tiers that are looked at next
 * see what is left. The effects find nothing to do for these cards then.
 */
export const autoRedeemStep: NightlyStep = {
  name: 'auto_redeem',
  async run(tx, { call, projectId, state, cardsMax, failed, takes }: Night) {
    if (!(await findPrograms(tx, projectId)).has('auto_redeem')) return { isDone: true }
    const limit = Math.min(cardsMax, LIMITS.nightlyAutoRedeemsPerPart)
    const { after, until } = await readWalk(tx, projectId, state)
    const waiting = await findWaiting(tx, projectId, { after, until, limit, now: call.now })
    const own = waiting.flatMap(({ happening }) => {
      if (!happening) return []
      const id = toCardId(happening)
      return id === undefined || failed.includes(id) ? [] : [{ id, happening }]
    })
    takes(own.map(({ id }) => id))
    await autoRedeem(
      tx,
      own.map(({ happening }) => happening),
    )
    const last = waiting.at(-1)
    return last && waiting.length === limit
      ? { isDone: false, state: { after: last.position, until } }
      : { isDone: true }
  },
}

type Walk = { after: number; until: number }

/** Which part of the queue is left. What comes meanwhile is left to the effects, or a busy project would never be done. */
const readWalk = async (tx: Tx, projectId: string, state: unknown): Promise<Walk> =>
  isPlainObject(state)
    ? { after: Number(state['after']), until: Number(state['until']) }
    : { after: 0, until: await findLastWaiting(tx, projectId) }

async function autoRedeem(tx: Tx, happenings: readonly Happening[]): Promise<void> {
  const cards = new Map(
    happenings.flatMap((happening) => {
      const id = toCardId(happening)
      return id === undefined ? [] : [[id, happening.call] as const]
    }),
  )
  const [first] = cards.values()
  if (!first) return
  const { projectId, now } = first
  const due = await findAutoRedeemable(tx, projectId, { cardIds: [...cards.keys()], now })
  for (const one of due) {
    const call = cards.get(one.cardId) ?? first
    const request = { call, input: toInput(one), shape: 'single', isExplained: false } as const
    await redeemBatch(tx, [{ ...request, key: undefined, isOwn: true }])
  }
}

/** The card onto which points came, or that somebody got. */
function toCardId({ type, data }: Happening): string | undefined {
  const { voucher, transaction, balance } = data
  if (!isPlainObject(voucher) || voucher['type'] !== 'LOYALTY_CARD') return undefined
  const moved = isPlainObject(balance) && isPlainObject(transaction) ? balance['points'] : undefined
  const isMore = type === 'customer.publication.succeeded' || Number(moved ?? 0) > 0
  return isMore ? String(voucher['id']) : undefined
}

const toInput = ({ cardId, customerId, assignmentId, quantity }: AutoRedemption): RedeemInput => ({
  redeemables: [
    { object: 'voucher', id: cardId, credits: undefined, reward: { assignmentId, quantity } },
  ],
  customer: { id: customerId },
  referrer: undefined,
  order: undefined,
  metadata: {},
  trackingId: undefined,
  session: undefined,
  expand: new Set(),
})
