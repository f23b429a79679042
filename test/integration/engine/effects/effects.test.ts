import { beforeEach, describe, expect, it } from 'vitest'
import {
  type Effect,
  endProgram,
  type Happening,
  type ProgramEffect,
  runEffects,
  startProgram,
  sweepEffects,
} from '../../../../src/engine/effects/index.ts'
import { announce, type Fact, type ProgramKind } from '../../../../src/engine/outbox/index.ts'
import { inTransaction } from '../../../../src/platform/db.ts'
import { LIMITS } from '../../../../src/platform/limits.ts'
import { createLog } from '../../../../src/platform/log.ts'
import { drainEffects } from '../../../support/effects.ts'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()
let projectId = ''
let adminToken = ''
let calls = 0

beforeEach(async () => {
  ;({ projectId, adminToken } = await t.addProject())
})

const start = (...kinds: ProgramKind[]): Promise<void> =>
  inTransaction(t.db, (tx) => {
    for (const kind of kinds) startProgram(tx, projectId, kind)
  })

const fact = (data: Fact['data'] = {}, more: Partial<Fact['call']> = {}): Fact => {
  calls += 1
  return {
    call: {
      projectId,
      appId: 'app',
      groupId: `v-${calls}`,
      channel: 'API',
      now: t.clock.now(),
      ...more,
    },
    type: 'customer.custom_event',
    customerId: 'cust_1',
    data,
  }
}

const tell = (...facts: Fact[]): Promise<void> => inTransaction(t.db, (tx) => announce(tx, facts))

const queued = () =>
  t.db.kysely
    .selectFrom('effect_message')
    .selectAll()
    .where('project_id', '=', projectId)
    .orderBy('position')
    .execute()

/** An effect that writes down what it was given, through `tx`, so that only what is committed counts. */
const noting = (kind: ProgramKind, then?: Effect): ProgramEffect => ({
  kind,
  run: async (tx, happenings, warn) => {
    announce(
      tx,
      happenings.map(({ call, data }) => ({
        call,
        type: 'customer.loyalty.updated',
        customerId: null,
        data: { by: kind, n: data.n ?? null },
      })),
    )
    await then?.(tx, happenings, warn)
  },
})

/** Effects that write into `seen` what they were given. */
const watchers = (seen: [string, unknown][], ...kinds: ProgramKind[]): ProgramEffect[] =>
  kinds.map((kind) => ({
    kind,
    run: async (_tx, happenings) => {
      for (const { data } of happenings) seen.push([kind, data.n])
    },
  }))

/** What `noting` wrote down, in order. */
const noted = async (): Promise<unknown[]> => {
  const rows = await t.db.kysely
    .selectFrom('occurrence')
    .select('data')
    .where('project_id', '=', projectId)
    .where('type', '=', 'customer.loyalty.updated')
    .orderBy('id')
    .execute()
  return rows.map(({ data }) => data)
}

const deps = () => ({
  db: t.db,
  clock: t.clock,
  log: createLog('silent'),
  announced: () => undefined,
})
const NEVER = new AbortController().signal

/** What an administrator of the project sees. */
const shown = async () => {
  const response = await t.app.http.inject({
    url: '/api/v1/effects',
    headers: { authorization: `Bearer ${adminToken}` },
  })
  return JSON.parse(response.payload)
}

describe('the queue of effects', () => {
  it('gets nothing in a project without programs, nor what none of its programs reacts to', async () => {
    await tell(fact())
    expect(await queued()).toEqual([])
    await start('tiers')
    await tell(fact())
    expect(await queued()).toEqual([])
    await start('referrals', 'tiers')
    await tell(fact(), { ...fact(), type: 'customer.deleted' })
    expect(await queued()).toHaveLength(1)
    await inTransaction(t.db, (tx) => endProgram(tx, projectId, 'referrals'))
    await tell(fact())
    expect(await queued()).toHaveLength(1)
  })

  it('gets nothing of what was rolled back', async () => {
    await start('earning_rules')
    const undone = inTransaction(t.db, (tx) => {
      announce(tx, [fact()])
      throw new Error('undone')
    })
    await expect(undone).rejects.toThrow('undone')
    expect(await queued()).toEqual([])
  })
})

describe('effects', () => {
  it('follow call by call, referrals of an event before what it earns (E-8, L-14, §8.4)', async () => {
    await start('earning_rules', 'referrals')
    const seen: [string, unknown][] = []
    const other = { ...fact({ n: 2 }), customerId: 'cust_2' }
    await tell(fact({ n: 1 }), other, fact({ n: 3 }))
    await drainEffects(t, watchers(seen, 'segments', 'earning_rules', 'referrals'))
    expect(seen).toEqual([
      ['referrals', 1],
      ['referrals', 2],
      ['earning_rules', 1],
      ['earning_rules', 2],
      // The same customer's next call sees what the one before led to (L-14).
      ['referrals', 3],
      ['earning_rules', 3],
    ])
    expect(await queued()).toEqual([])
  })

  it('follow program by program, what an order earns before whom its code referred (§8.4)', async () => {
    await start('segments', 'tiers', 'auto_redeem', 'referrals', 'earning_rules')
    const seen: [string, unknown][] = []
    const call = fact()
    const types = [
      'customer.redemption.succeeded',
      'customer.order.paid',
      'voucher.loyalty_card.transaction.created',
    ] as const
    await tell(...types.map((type, n) => ({ ...call, type, data: { n } })))
    await drainEffects(
      t,
      watchers(seen, 'segments', 'tiers', 'auto_redeem', 'referrals', 'earning_rules'),
    )
    expect(seen).toEqual([
      ['earning_rules', 1],
      ['referrals', 0],
      ['auto_redeem', 2],
      ['tiers', 2],
      ['segments', 0],
      ['segments', 1],
      ['segments', 2],
    ])
  })

  it('are given what happened, on behalf of the call that made it happen (EV-1)', async () => {
    await start('earning_rules')
    const happened = fact({ n: 7 }, { hops: 1 })
    await tell(happened)
    t.clock.advance(1_000)
    const seen: Happening[] = []
    const run: Effect = async (_tx, happenings) => void seen.push(...happenings)
    await drainEffects(t, [{ kind: 'earning_rules', run }])
    expect(seen).toEqual([
      {
        occurrenceId: expect.stringMatching(/^evcus_/),
        projectId,
        type: 'customer.custom_event',
        customerId: 'cust_1',
        data: { n: 7 },
        call: {
          projectId,
          appId: 'app',
          groupId: happened.call.groupId,
          channel: 'INTERNAL',
          now: t.clock.now(),
          hops: 1,
          effectDepth: 1,
        },
        createdAt: happened.call.now,
        hops: 1,
      },
    ])
  })

  it('that fail alone are kept with their reason, and hold up nobody', async () => {
    await start('earning_rules')
    await tell(fact({ n: 1 }), fact({ n: 2 }), { ...fact({ n: 3 }), customerId: 'cust_3' })
    const failing = noting('earning_rules', async (_tx, happenings) => {
      if (happenings.some(({ data }) => data.n === 2)) throw new Error('two is too many')
    })
    await drainEffects(t, [failing])
    const note = (n: number) => ({ by: 'earning_rules', n })
    expect(await noted()).toEqual([note(1), note(3)])
    expect(await queued()).toMatchObject([{ failure: 'two is too many', failed_at: t.clock.now() }])
    expect(await shown()).toMatchObject({
      waiting: 0,
      failed: [{ type: 'customer.custom_event', failure: 'two is too many' }],
    })

    await tell(fact({ n: 4 }))
    await drainEffects(t, [failing])
    expect(await noted()).toEqual([note(1), note(3), note(4)])
    expect(await queued()).toHaveLength(1)

    t.clock.advance(LIMITS.effectFailureRetentionMs + 1)
    await sweepEffects(t.db, t.clock.now())
    expect(await queued()).toEqual([])
  })

  it('happen once, however many workers there are', async () => {
    await start('earning_rules', 'segments')
    const facts = Array.from({ length: 60 }, (_, n) => ({
      ...fact({ n }),
      customerId: `cust_${n % 20}`,
    }))
    await tell(...facts)
    const effects = [noting('earning_rules'), noting('segments')]
    const worker = async () => {
      while ((await queued()).length > 0) await runEffects(deps(), effects, NEVER)
    }
    await Promise.all(Array.from({ length: 6 }, worker))
    const of = (kind: string) => facts.map((_, n) => ({ by: kind, n }))
    const all = (await noted()) as { by: string }[]
    expect(all.filter(({ by }) => by === 'earning_rules')).toEqual(of('earning_rules'))
    expect(all.filter(({ by }) => by === 'segments')).toEqual(of('segments'))
  })

  it('are undone by a crash before their commit, and then happen once', async () => {
    await start('earning_rules')
    await tell(fact({ n: 1 }))
    let crashes = 1
    const crashing = noting('earning_rules', async (tx) => {
      if (crashes === 0) return
      crashes -= 1
      await tx.kysely
        .selectNoFrom((eb) => eb.fn('pg_terminate_backend', [eb.fn('pg_backend_pid')]).as('x'))
        .execute()
    })
    await runEffects(deps(), [crashing], NEVER)
    expect(await noted()).toEqual([])
    expect(await queued()).toMatchObject([{ failed_at: null }])
    await drainEffects(t, [crashing])
    expect(await noted()).toEqual([{ by: 'earning_rules', n: 1 }])
    expect(await queued()).toEqual([])
  })

  it('have followed before what happened next (§8.4, L-14)', async () => {
    await start('earning_rules', 'segments')
    const seen: unknown[] = []
    const leading: ProgramEffect = {
      kind: 'earning_rules',
      run: async (tx, happenings) => {
        for (const { call, data } of happenings) {
          seen.push(data.n)
          const type = 'customer.updated'
          announce(tx, [{ call, type, customerId: 'cust_1', data: { n: `after ${data.n}` } }])
        }
      },
    }
    const last: ProgramEffect = {
      kind: 'segments',
      run: async (_tx, happenings) => {
        for (const { type, data } of happenings) if (type === 'customer.updated') seen.push(data.n)
      },
    }
    await tell(fact({ n: 1 }), fact({ n: 2 }))
    await drainEffects(t, [leading, last])
    expect(seen).toEqual([1, 'after 1', 2, 'after 2'])
  })

  it('may lead to effects, but not for ever', async () => {
    await start('earning_rules')
    await tell(fact({ n: 0 }))
    let count = 0
    const endless: ProgramEffect = {
      kind: 'earning_rules',
      run: async (tx, happenings) => {
        count += happenings.length
        announce(
          tx,
          happenings.map(({ call, type, customerId, data }) => ({ call, type, customerId, data })),
        )
      },
    }
    await drainEffects(t, [endless])
    expect(count).toBe(LIMITS.effectDepthMax + 1)
    expect(await queued()).toMatchObject([{ failure: expect.stringMatching(/effect followed/) }])
  })
})
