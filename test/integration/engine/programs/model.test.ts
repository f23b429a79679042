import fc from 'fast-check'
import { expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import { COMMANDS, type Real } from './commands.ts'
import { Model } from './model.ts'
import { expectedBooks, storedBooks } from './stored.ts'
import { createWorld, FIRST_MOMENT, join } from './world.ts'

/*
 * Points, lots, tiers, rewards and gift cards go the way of a model that is written from the specification: the same
 * commands are done to both, and after each one all that is stored is compared. What fails is cut down to the fewest
 * commands. `MODEL_SEED` chooses others, `MODEL_RUNS` more of them.
 */
const SEED = Number(process.env['MODEL_SEED'] ?? 20_261_129)
const RUNS = Number(process.env['MODEL_RUNS'] ?? 12)
const COMMANDS_PER_RUN = 70
/** On a busy machine there are fewer runs, not a longer test. */
const MS_PER_RUN = 3_300

// Answers are held to the contract elsewhere; here it would take a third of the time.
const t = useTestApp({ isWatched: false })

/** The days of a world that is done with are over, so that nights do not go through it again. */
async function endWorlds(): Promise<void> {
  await t.db.pool.query(`update nightly_run set day = '9999-01-01'`)
}

it(
  'programs do what a model of the specification does, command by command (L-1 to L-69, R-10 to R-15, G-1 to G-8)',
  async () => {
    const commands = fc.commands(COMMANDS, { size: 'max', maxCommands: COMMANDS_PER_RUN })
    const property = fc.asyncProperty(commands, async (sequence) => {
      const world = await createWorld(t)
      const members = [await join(world), await join(world)]
      const model = new Model(FIRST_MOMENT.slice(0, 10))
      for (const member of members) model.join(member)
      const real: Real = { world, members, redemptions: [] }
      expect(await storedBooks(world)).toEqual(expectedBooks(model))
      await fc.asyncModelRun(() => ({ model, real }), sequence)
    })
    await fc.assert(property.afterEach(endWorlds), {
      seed: SEED,
      numRuns: RUNS,
      interruptAfterTimeLimit: RUNS * MS_PER_RUN,
    })
  },
  RUNS * MS_PER_RUN + 60_000,
)
