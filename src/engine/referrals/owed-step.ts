import { findPrograms } from '../effects/index.ts'
import type { NightlyStep } from '../nightly/index.ts'
import { announce } from '../outbox/index.ts'
import { takeOwed } from './find-awards.ts'
import { giveAwards } from './give-awards.ts'

/** Gives at night what could not be given when it was earned, because a campaign had no codes (F-12). */
export const owedAwardsStep: NightlyStep = {
  name: 'referral_awards',
  async run(tx, { call, projectId, state, warn }) {
    if (!(await findPrograms(tx, projectId)).has('referrals')) return { isDone: true }
    const after = typeof state === 'number' ? state : 0
    const { awards, last } = await takeOwed(tx, call, { customerIds: null, after })
    const facts = await giveAwards(tx, call, awards, { warn })
    announce(tx, [...facts.values()].flat())
    return last === undefined ? { isDone: true } : { isDone: false, state: last }
  },
}
