import fc from 'fast-check'
import { expect } from 'vitest'
import { drainEffects } from '../../../support/effects.ts'
import { runNight } from '../../../support/nightly.ts'
import type { CallAnswer } from '../../../support/test-app.ts'
import * as calls from './calls.ts'
import type { Model, RewardName } from './model.ts'
import { dayAfter } from './model-card.ts'
import { expectedBooks, storedBooks } from './stored.ts'
import { join, type World } from './world.ts'

type Joined = Awaited<ReturnType<typeof join>>
/** What has been asked so far, beside the model: ids of the answers, in the order of the model's. */
export type Real = { world: World; members: Joined[]; redemptions: string[] }

/** What an answer says, and what the model says that it must. */
type Outcome = [said: string | undefined, due: string | undefined]
type Act<Args> = (model: Model, real: Real, args: Args) => Promise<Outcome | undefined>

/** Does one thing to both, and compares all that is left. */
const step = <Args>(
  name: string,
  args: fc.Arbitrary<Args>,
  act: Act<Args>,
): fc.Arbitrary<fc.AsyncCommand<Model, Real>> =>
  args.map((given) => ({
    check: () => true,
    async run(model, real) {
      const outcome = await act(model, real, given)
      await drainEffects(real.world.t)
      model.settle()
      if (outcome) expect(outcome[0]).toBe(outcome[1])
      expect(await storedBooks(real.world)).toEqual(expectedBooks(model))
    },
    toString: () => `${name} ${JSON.stringify(given)}`,
  }))

const keyOf = ({ status, body }: CallAnswer): string | undefined =>
  status < 300 ? undefined : body.key

const MEMBERS_MAX = 4
const member = fc.nat({ max: MEMBERS_MAX - 1 })
const program = fc.constantFrom('main' as const, 'side' as const)
const points = fc.integer({ min: 1, max: 160 })
const few = fc.integer({ min: 1, max: 70 })
const index = fc.nat({ max: 9 })
const amount = fc.integer({ min: 0, max: 12_000 })
const at = <T>(list: readonly T[], place: number): T => list[place % list.length] as T

/** The answer of a redemption; one that happened is remembered. */
async function redeemed(real: Real, asked: Promise<CallAnswer>): Promise<string | undefined> {
  const { status, body } = await asked
  if (status !== 200) return body.key
  real.redemptions.push(body.id ?? body.redemptions[0].id)
  return undefined
}

const joining = step('join', fc.constant(null), async (model, { world, members }) => {
  if (members.length === MEMBERS_MAX) return undefined
  const joined = await join(world)
  members.push(joined)
  model.join(joined)
  return undefined
})

const adding = step(
  'add',
  fc.record({ member, program, points, days: fc.option(fc.integer({ min: -1, max: 40 })) }),
  async (model, { world, members }, { member, program, points, days }) => {
    const code = at(members, member)[program]
    if (days === null) {
      return [keyOf(await calls.change(world, code, points)), model.change(code, points)]
    }
    const date = days < 0 ? null : dayAfter(model.today, days)
    const expiry = date
      ? { expiration_type: 'CUSTOM_DATE', expiration_date: date }
      : { expiration_type: 'NON_EXPIRING' }
    const said = keyOf(await calls.change(world, code, points, expiry))
    return [said, model.change(code, points, date)]
  },
)

const removing = step(
  'remove',
  fc.record({ member, program, points: few }),
  async (model, { world, members }, { member, program, points }) => {
    const code = at(members, member)[program]
    return [keyOf(await calls.change(world, code, -points)), model.change(code, -points)]
  },
)

const transferring = step(
  'transfer',
  fc.record({ from: member, program, to: member, points: few }),
  async (model, { world, members }, { from, program, to, points }) => {
    const [source, target] = [at(members, from)[program], at(members, to)]
    const said = keyOf(await calls.transfer(world, source, target, points))
    return [said, model.transfer(source, target.main, points)]
  },
)

const paying = step(
  'pay',
  fc.record({ member, amount }),
  async (model, { world, members }, { member, amount }) => {
    const said = keyOf(await calls.pay(world, at(members, member), amount))
    return [said, model.pay(at(members, member), amount) as undefined]
  },
)

const visiting = step('visit', member, async (model, { world, members }, member) => {
  const said = keyOf(await calls.visit(world, at(members, member)))
  return [said, model.visit(at(members, member)) as undefined]
})

const onPending = step(
  'on pending',
  fc.record({
    member,
    index,
    verb: fc.constantFrom('activate' as const, 'balance' as const, 'cancel' as const),
    points: fc.integer({ min: -20, max: 20 }).filter((delta) => delta !== 0),
  }),
  async (model, { world, members }, { member, index, verb, points }) => {
    const code = at(members, member).main
    const ids = await calls.pendingOf(world, code)
    if (ids.length === 0) return undefined
    const place = index % ids.length
    const said = keyOf(await calls.onPending(world, { code, id: at(ids, place), verb }, points))
    if (verb === 'balance') return [said, model.adjust(code, place, points)]
    return [said, model[verb](code, place) as undefined]
  },
)

const buying = step(
  'buy',
  fc.record({ member, reward: fc.constantFrom<RewardName[]>('coupon', 'mug', 'credits') }),
  async (model, real, { member, reward }) => {
    const buyer = at(real.members, member)
    const said = await redeemed(real, calls.buy(real.world, buyer, reward))
    return [said, model.buy(buyer, reward)]
  },
)

const payingWithPoints = step(
  'pay with points',
  fc.record({ member, blocks: fc.integer({ min: 1, max: 8 }), amount }),
  async (model, real, { member, blocks, amount }) => {
    const [buyer, points, worth] = [at(real.members, member), blocks * 10, amount + 2_000]
    const said = await redeemed(real, calls.payWithPoints(real.world, buyer, points, worth))
    return [said, model.payWithPoints(buyer, points, worth)]
  },
)

const credits = fc.integer({ min: 1, max: 900 })

const toppingUp = step(
  'top up',
  fc.record({ member, credits, isRemoval: fc.boolean() }),
  async (model, { world, members }, { member, credits, isRemoval }) => {
    const [holder, amount] = [at(members, member), isRemoval ? -credits : credits]
    return [keyOf(await calls.topUp(world, holder, amount)), model.topUp(holder, amount)]
  },
)

const payingWithGift = step(
  'pay with gift card',
  fc.record({ member, credits: fc.integer({ min: 1, max: 400 }), amount }),
  async (model, real, { member, credits, amount }) => {
    const [holder, worth] = [at(real.members, member), amount + 1_000]
    const said = await redeemed(real, calls.payWithGift(real.world, holder, credits, worth))
    return [said, model.payWithGift(holder, credits, worth)]
  },
)

/** What is asked for is a mug, whatever became of it. */
const completing = step('complete', index, async (model, { world, redemptions }, index) => {
  const mugs = model.spent.flatMap(({ reward }, place) => (reward === 'mug' ? [place] : []))
  if (mugs.length === 0) return undefined
  const place = at(mugs, index)
  return [keyOf(await calls.complete(world, at(redemptions, place))), model.complete(place)]
})

const rollingBack = step('roll back', index, async (model, { world, redemptions }, index) => {
  if (redemptions.length === 0) return undefined
  const place = index % redemptions.length
  return [keyOf(await calls.rollBack(world, at(redemptions, place))), model.rollBack(place)]
})

const sleeping = step(
  'sleep',
  fc.integer({ min: 1, max: 16 }),
  async (model, { world: { t } }, days) => {
    t.clock.advance(days * 24 * 3_600_000)
    await runNight(t)
    model.sleep(days)
    return undefined
  },
)

/** Everything that may happen, as often as it is to. */
export const COMMANDS = [
  ...[
    joining,
    adding,
    adding,
    adding,
    removing,
    transferring,
    transferring,
    paying,
    paying,
    visiting,
  ],
  ...[onPending, onPending, buying, buying, buying, payingWithPoints, toppingUp, payingWithGift],
  ...[completing, completing, rollingBack, rollingBack, sleeping, sleeping],
]
