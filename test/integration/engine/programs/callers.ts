import type { CallAnswer } from '../../../support/test-app.ts'
import type { Random } from '../model/random.ts'
import * as calls from './calls.ts'
import type { RewardName } from './model.ts'
import type { join, World } from './world.ts'

/** What one caller asked, by which amount, and was answered. */
export type Done = { kind: string; answer: CallAnswer; amount: number }
export type Setting = {
  world: World
  members: Awaited<ReturnType<typeof join>>[]
  random: Random
  /** What could be rolled back. */
  redemptions: string[]
}
/** Undefined where there is nothing to do it to. */
type Caller = (setting: Setting) => Promise<Done | undefined>

/** What may be refused, and why. Nothing else may, and nothing may fail. */
const REFUSALS: ReadonlySet<string> = new Set([
  'remove invalid_add_balance_params',
  'take_credits invalid_add_balance_params',
  'transfer loyalty_card_points_exceeded',
  'buy loyalty_card_points_exceeded',
  'buy reward_out_of_stock',
  'pay_points loyalty_card_points_exceeded',
  'pay_gift gift_amount_exceeded',
  'complete invalid_reward_redemption_state',
  'roll_back already_rolled_back',
  'activate invalid_pending_points_state',
  'balance invalid_pending_points_state',
  'balance invalid_amount',
  'cancel invalid_pending_points_state',
])

/** What was done, with the reason where it was refused. */
export const nameOf = ({ kind, answer: { status, body } }: Done): string =>
  status < 300 ? kind : `${kind} ${body?.key ?? status}`

export const isExpected = (done: Done): boolean =>
  done.answer.status < 300 || REFUSALS.has(nameOf(done))

const upTo = (random: Random, end: number): number => 1 + random.below(end)
const pickCard = ({ random, members }: Setting): string =>
  random.pick(members)[random.pick(['main', 'main', 'side'] as const)]

const add: Caller = async (setting) => {
  const amount = upTo(setting.random, 90)
  const never = { expiration_type: 'NON_EXPIRING' }
  const more = setting.random.chance(0.2) ? never : {}
  const answer = await calls.change(setting.world, pickCard(setting), amount, more)
  return { kind: 'add', amount, answer }
}

const remove: Caller = async (setting) => {
  const amount = upTo(setting.random, 60)
  const answer = await calls.change(setting.world, pickCard(setting), -amount)
  return { kind: 'remove', amount, answer }
}

const transfer: Caller = async (setting) => {
  const { world, members, random } = setting
  const [amount, from, to] = [upTo(random, 50), pickCard(setting), random.pick(members)]
  if (from === to.main) return undefined
  return { kind: 'transfer', amount, answer: await calls.transfer(world, from, to, amount) }
}

const pay: Caller = async ({ world, members, random }) => {
  const amount = upTo(random, 9_000)
  return { kind: 'pay', amount, answer: await calls.pay(world, random.pick(members), amount) }
}

const visit: Caller = async ({ world, members, random }) => ({
  ...{ kind: 'visit', amount: 0 },
  answer: await calls.visit(world, random.pick(members)),
})

const onPending: Caller = async ({ world, members, random }) => {
  const code = random.pick(members).main
  const ids = await calls.pendingOf(world, code)
  if (ids.length === 0) return undefined
  const verb = random.pick(['activate', 'balance', 'cancel'] as const)
  const one = { code, id: random.pick(ids), verb }
  const answer = await calls.onPending(world, one, random.pick([-4, 7]))
  return { kind: verb, amount: 0, answer }
}

const buy: Caller = async ({ world, members, random, redemptions }) => {
  const reward = random.pick<RewardName>(['coupon', 'mug', 'mug', 'credits'])
  const answer = await calls.buy(world, random.pick(members), reward)
  if (answer.status === 200) redemptions.push(answer.body.id)
  return { kind: 'buy', amount: 0, answer }
}

const payPoints: Caller = async ({ world, members, random, redemptions }) => {
  const [amount, points] = [1_000 + random.below(3_000), 10 * upTo(random, 5)]
  const answer = await calls.payWithPoints(world, random.pick(members), points, amount)
  if (answer.status === 200) redemptions.push(answer.body.id)
  return { kind: 'pay_points', amount, answer }
}

const putCredits: Caller = async ({ world, members, random }) => {
  const amount = upTo(random, 900)
  const answer = await calls.topUp(world, random.pick(members), amount)
  return { kind: 'put_credits', amount, answer }
}

const takeCredits: Caller = async ({ world, members, random }) => {
  const amount = upTo(random, 500)
  const answer = await calls.topUp(world, random.pick(members), -amount)
  return { kind: 'take_credits', amount, answer }
}

const payGift: Caller = async ({ world, members, random, redemptions }) => {
  const [amount, credits] = [1_000 + random.below(3_000), upTo(random, 300)]
  const answer = await calls.payWithGift(world, random.pick(members), credits, amount)
  if (answer.status === 200) redemptions.push(answer.body.redemptions[0].id)
  return { kind: 'pay_gift', amount, answer }
}

const LATEST = 10

const rollBack: Caller = async ({ world, random, redemptions }) => {
  if (redemptions.length === 0) return undefined
  const answer = await calls.rollBack(world, random.pick(redemptions.slice(-LATEST)))
  return { kind: 'roll_back', amount: 0, answer }
}

/** Only some of them wait for it: others are unknown. */
const complete: Caller = async ({ world, random, redemptions }) => {
  if (redemptions.length === 0) return undefined
  const answer = await calls.complete(world, random.pick(redemptions.slice(-LATEST)))
  return answer.status === 404 ? undefined : { kind: 'complete', amount: 0, answer }
}

/** Everything that callers do, as often as they do. */
export const CALLERS: readonly Caller[] = [
  ...[add, add, remove, transfer, transfer, pay, visit, onPending, onPending],
  ...[buy, buy, buy, payPoints, putCredits, takeCredits, payGift, rollBack, rollBack, complete],
]
