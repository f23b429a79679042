import { describe, expect, it } from 'vitest'
import { drainEffects } from '../../../support/effects.ts'
import { runNight } from '../../../support/nightly.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { createRandom } from '../model/random.ts'
import { useSecondProcess } from '../redemptions/second-process.ts'
import { brokenLines, differencesOf, figuresOf, toCounts } from './accounts.ts'
import { CALLERS, type Done, isExpected, type Setting } from './callers.ts'
import * as calls from './calls.ts'
import { MUGS, TIERS } from './model.ts'
import { storedBooks } from './stored.ts'
import { createWorld, join, type World } from './world.ts'

/*
 * Callers of two processes do at random and at once what callers do, while nights and the effects of programs run
 * twice. Whoever came first, everything adds up afterwards, and was told once. `MODEL_SEED` repeats the choices.
 */
const SEED = Number(process.env['MODEL_SEED'] ?? 20_261_129)
const ROUNDS = 10
const CALLERS_AT_ONCE = 32
const MEMBERS = 5
const DAY = 24 * 3_600_000

const t = useTestApp({ isWatched: false })
const { post } = useSecondProcess(t)
let asked = 0

/** A world whose callers are of the one process and the other in turns. */
const aWorld = (): Promise<World> =>
  createWorld(t, (url, body, { headers }) => {
    asked += 1
    return post(asked, url, body, headers)
  })

async function members(world: World, count: number): Promise<Setting['members']> {
  const all: Setting['members'] = []
  while (all.length < count) all.push(await join(world))
  return all
}

async function runRounds(setting: Setting): Promise<Done[]> {
  const done: Done[] = []
  const { random } = setting
  const callOnce = async (): Promise<void> => {
    const answered = await random.pick(CALLERS)(setting)
    if (answered) done.push(answered)
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    if (round % 2 === 1) t.clock.advance((1 + random.below(17)) * DAY)
    await Promise.all([
      ...[runNight(t), runNight(t), drainEffects(t), drainEffects(t)],
      ...Array.from({ length: CALLERS_AT_ONCE }, callOnce),
    ])
  }
  await runNight(t)
  await drainEffects(t)
  return done
}

type Shown = { balance: number; tier: [string, string | null] | null }

/** Cards whose tier is not what their balance says; one that lasts may be higher. */
async function misplaced(world: World): Promise<unknown[]> {
  const cards = (await storedBooks(world)).cards as Record<string, Shown>
  return Object.entries(cards).filter(([, { balance, tier }]) => {
    const isLasting = tier?.[1] != null || TIERS.side.some(({ name }) => name === tier?.[0])
    const tiers = isLasting ? TIERS.side : TIERS.main
    const held = tiers.find(({ name }) => name === tier?.[0])?.from ?? 0
    const due = tiers.find(({ from, to }) => from <= balance && balance <= to)?.from ?? 0
    return isLasting ? held < due : held !== due
  })
}

describe('callers, nights and effects of two processes at once', () => {
  it('leave balances, lots, stock and tiers that add up, each told once (invariants 1, 3 and 5)', async () => {
    const world = await aWorld()
    const random = createRandom(SEED)
    const setting = { world, members: await members(world, MEMBERS), random, redemptions: [] }
    const done = await runRounds(setting)
    const told = `seed ${SEED}: ${JSON.stringify(toCounts(done))}`
    expect(
      done.filter((one) => !isExpected(one)).map(({ kind, answer }) => [kind, answer.body]),
      told,
    ).toEqual([])
    expect(await differencesOf(world), told).toEqual([])
    expect(await brokenLines(world), told).toEqual([])
    const figures = Object.entries(await figuresOf(world, done))
    expect(
      figures.filter(([, [is, due]]) => is !== due),
      told,
    ).toEqual([])
    expect(await misplaced(world), told).toEqual([])
  }, 120_000)

  it('complete a reward once or roll it back once, and return it to the stock once (R-13, R-15)', async () => {
    const world = await aWorld()
    const buyers = await members(world, MUGS)
    const bought: string[] = []
    for (const buyer of buyers) {
      await calls.change(world, buyer.main, 100)
      bought.push((await calls.buy(world, buyer, 'mug')).body.id)
    }
    const each = (ask: (redemptionId: string) => ReturnType<typeof calls.complete>) =>
      bought.flatMap((id) => [id, id, id, id].map((one) => ask(one)))
    const [completed, undone] = await Promise.all([
      Promise.all(each((id) => calls.complete(world, id))),
      Promise.all(each((id) => calls.rollBack(world, id))),
    ])
    const granted = (answers: typeof completed) => answers.filter(({ status }) => status === 200)
    expect(granted(undone)).toHaveLength(MUGS)
    const { mugs, spent, told } = await storedBooks(world)
    expect(mugs).toEqual({ stock: MUGS, redeemed: 0 })
    expect(spent).toEqual(bought.map(() => 'ROLLED_BACK'))
    expect(told['customer.reward_redemptions.completed'] ?? 0).toBe(granted(completed).length)
    expect(told['customer.reward_redemptions.rolledback']).toBe(MUGS)
    expect(await differencesOf(world)).toEqual([])
  })

  it('sell no more of a stock than there is, and again what came back (R-10, R-15)', async () => {
    const world = await aWorld()
    const buyers = await members(world, 12)
    for (const buyer of buyers) await calls.change(world, buyer.main, 100)
    const buyAll = () => Promise.all(buyers.map((buyer) => calls.buy(world, buyer, 'mug')))
    const soldOf = (answers: Awaited<ReturnType<typeof buyAll>>): string[] =>
      answers.flatMap(({ status, body }) => (status === 200 ? [body.id] : []))
    const first = await buyAll()
    const sold = soldOf(first)
    expect(sold).toHaveLength(MUGS)
    expect(
      first.every(({ status, body }) => status === 200 || body.key === 'reward_out_of_stock'),
    ).toBe(true)
    const [undone, second] = await Promise.all([
      Promise.all(sold.flatMap((id) => [id, id]).map((id) => calls.rollBack(world, id))),
      buyAll(),
    ])
    expect(undone.filter(({ status }) => status === 200)).toHaveLength(MUGS)
    const redeemed = soldOf(second).length
    expect((await storedBooks(world)).mugs).toEqual({ stock: MUGS - redeemed, redeemed })
    expect(await differencesOf(world)).toEqual([])
  })
})
