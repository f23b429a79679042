import { beforeEach, describe, expect, it } from 'vitest'
import type { Night, NightlyStep } from '../../../../src/engine/nightly/index.ts'
import { LIMITS } from '../../../../src/platform/limits.ts'
import { runNight } from '../../../support/nightly.ts'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()
let day = 0
let done: string[] = []

const step = (name: string, run?: (night: Night) => Promise<unknown>): NightlyStep => ({
  name,
  run: async (_tx, night) => {
    const state = await run?.(night)
    done.push(name)
    return state === undefined ? { isDone: true } : { isDone: false, state }
  },
})

beforeEach(async () => {
  day += 1
  t.clock.set(new Date(Date.UTC(2027, 0, day, 12)))
  await runNight(t, [])
  t.clock.set(new Date(Date.UTC(2027, 0, day + 1, 0, 0, 1)))
  done = []
})

describe('what the day begins with', () => {
  it('is done once a day, in order, part by part (L-66)', async () => {
    const parts: unknown[] = []
    const inParts = step('parts', async ({ state }) => {
      parts.push(state)
      return state === null ? { at: 1 } : (state as { at: number }).at < 2 ? { at: 2 } : undefined
    })
    await runNight(t, [step('first'), inParts, step('last')])
    expect(done).toEqual(['first', 'parts', 'parts', 'parts', 'last'])
    expect(parts).toEqual([null, { at: 1 }, { at: 2 }])
    await runNight(t, [step('first')])
    expect(done).toHaveLength(5)
    t.clock.advance(24 * 3_600_000)
    await runNight(t, [step('next day')])
    expect(done.at(-1)).toBe('next day')
  })

  it('is made up for by the next day when workers were down', async () => {
    t.clock.advance(5 * 24 * 3_600_000)
    const days: string[] = []
    await runNight(t, [step('late', async ({ today }) => void days.push(today))])
    expect(days).toEqual([new Date(Date.UTC(2027, 0, day + 6)).toISOString().slice(0, 10)])
    t.clock.advance(24 * 3_600_000)
    day += 7
  })

  it('begins at its first step, wherever a night that was never finished stopped', async () => {
    const states: unknown[] = []
    const dying = step('dying', async ({ state }) => {
      states.push(state)
      if (state !== null) throw new Error('the worker died')
      return { at: 1 }
    })
    await runNight(t, [step('first'), dying])
    expect(done).toEqual(['first', 'dying'])
    t.clock.advance(24 * 3_600_000)
    day += 1
    await runNight(t, [
      step('first of today'),
      step('last', async ({ state }) => void states.push(state)),
    ])
    expect(done.slice(2)).toEqual(['first of today', 'last'])
    expect(states).toEqual([null, { at: 1 }, null])
    await t.db.pool.query('update nightly_run set failure = null')
  })

  it('is done once however many workers there are', async () => {
    let isFirst = true
    const steps = [
      step('a', async () => {
        if (!isFirst) return
        isFirst = false
        await Promise.all(Array.from({ length: 8 }, () => runNight(t, steps)))
      }),
      step('b'),
      step('c'),
    ]
    await runNight(t, steps)
    await runNight(t, steps)
    expect(done).toEqual(['a', 'b', 'c'])
  })

  it('goes on where it failed, and passes over what fails again and again', async () => {
    let failures = LIMITS.nightlyAttemptsMax + 1
    const failing = step('failing', async () => {
      failures -= 1
      if (failures > 0) throw new Error('not tonight')
    })
    for (let attempt = 1; attempt < LIMITS.nightlyAttemptsMax; attempt += 1) {
      await runNight(t, [step('first'), failing, step('last')])
    }
    expect(done).toEqual(['first'])
    await runNight(t, [step('first'), failing, step('last')])
    await runNight(t, [step('first'), failing, step('last')])
    expect(done).toEqual(['first', 'last'])
    const { rows } = await t.db.pool.query(
      'select failure from nightly_run where failure is not null',
    )
    expect(rows).toMatchObject([{ failure: 'failing: not tonight' }])
  })

  it('begins at midnight of the time zone of the project', async () => {
    const { projectId } = await t.addProject()
    await t.db.pool.query(`update project set time_zone = 'America/New_York' where id = $1`, [
      projectId,
    ])
    const days: string[] = []
    const steps: NightlyStep[] = [
      step('zone', async (night) => {
        if (night.projectId === projectId) days.push(night.today)
      }),
    ]
    await runNight(t, steps)
    t.clock.advance(4 * 3_600_000)
    await runNight(t, steps)
    t.clock.advance(3_600_000)
    await runNight(t, steps)
    const of = (offset: number) =>
      new Date(Date.UTC(2027, 0, day + offset)).toISOString().slice(0, 10)
    expect(days).toEqual([of(0), of(1)])
  })
})
