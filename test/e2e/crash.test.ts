import { randomInt, randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findEmbeddedPostgres } from '../../src/platform/embedded-postgres/index.ts'
import { makeDir, type OwnDir } from '../support/make-dir.ts'
import { type Server, startServer } from '../support/server.ts'
import { waitFor } from '../support/wait-for.ts'

const CRASHES = 20
const CALLERS = 12
const VOUCHERS = 4

/** Something to do until it is answered 2xx, the same each time, as a careful client repeats it. */
type Job = { kind: 'track' | 'redeem'; id: string; voucher: string; userId: string }

const done: Job[] = []
/** What was sent and not answered; to be repeated after the restart. */
let unanswered: Job[] = []

const newJob = (): Job => ({
  kind: randomInt(2) === 0 ? 'track' : 'redeem',
  id: randomUUID(),
  voucher: `CRASH${randomInt(VOUCHERS)}`,
  userId: `crash_user_${randomInt(8)}`,
})

async function send(server: Server, job: Job): Promise<Response> {
  if (job.kind === 'track') {
    return fetch(`${server.address}/v1/track`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        writeKey: server.writeKey,
        messageId: job.id,
        userId: job.userId,
        event: 'Crash Tested',
        properties: { metadata: { job: job.id } },
      }),
    })
  }
  return fetch(`${server.address}/v1/redemptions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-app-id': server.appId,
      'x-app-token': server.appToken,
      'idempotency-key': job.id,
    },
    body: JSON.stringify({
      redeemables: [{ object: 'voucher', id: job.voucher }],
      order: { amount: 10_000 },
      customer: { source_id: job.userId },
      metadata: { job: job.id },
    }),
  })
}

/** Calls without a pause from many callers and kills the server with SIGKILL amid the answers. */
async function crashUnderLoad(server: Server, killAfterAnswers: number): Promise<void> {
  let answers = 0
  let isDead = false
  const repeated = unanswered
  unanswered = []
  const caller = async (): Promise<void> => {
    while (!isDead) {
      const job = repeated.pop() ?? newJob()
      try {
        const response = await send(server, job)
        await response.arrayBuffer()
        if (!response.ok) throw new Error(`answered ${response.status}`)
        done.push(job)
        answers += 1
      } catch {
        unanswered.push(job)
      }
      if (answers >= killAfterAnswers && !isDead) {
        isDead = true
        server.process.kill('SIGKILL')
      }
    }
  }
  await Promise.all(Array.from({ length: CALLERS }, caller))
  unanswered.push(...repeated)
  await server.end('SIGKILL')
}

async function killDatabase(dataDir: string): Promise<void> {
  const pid = Number(
    (await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0],
  )
  process.kill(pid, 'SIGKILL')
}

describe(`after ${CRASHES} kill -9 during a mixed load`, () => {
  let folder: OwnDir
  let server: Server
  let database: pg.Client

  const count = async (sql: string): Promise<number> =>
    Number((await database.query<{ n: string }>(`select count(*) as n from ${sql}`)).rows[0]?.n)

  beforeAll(async () => {
    folder = await makeDir()
    server = await startServer({ dataDir: folder.dir })
    for (let index = 0; index < VOUCHERS; index += 1) {
      const response = await fetch(`${server.address}/v1/vouchers/CRASH${index}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-app-id': server.appId,
          'x-app-token': server.appToken,
        },
        body: JSON.stringify({
          type: 'DISCOUNT_VOUCHER',
          discount: { type: 'AMOUNT', amount_off: 100 },
        }),
      })
      expect(response.status).toBe(200)
    }
    for (let crash = 1; crash <= CRASHES; crash += 1) {
      await crashUnderLoad(server, randomInt(20, 150))
      // Every third time the database dies with it, as when the power goes.
      if (crash % 3 === 0) await killDatabase(folder.dir)
      server = await startServer({ dataDir: folder.dir })
    }
    // A careful client repeats what was not answered; only then is everything known to have happened.
    for (const job of unanswered.splice(0)) {
      const response = await send(server, job)
      expect(response.ok).toBe(true)
      done.push(job)
    }
    database = new pg.Client({ connectionString: await findEmbeddedPostgres(folder.dir) })
    await database.connect()
    await waitFor(
      'all deliveries and source events to be sent',
      async () =>
        (await count('segment_source_message where dropped_at is null')) === 0 &&
        (await count(`delivery where outcome = 'pending'`)) === 0 &&
        (await count('custom_event')) >= done.filter(({ kind }) => kind === 'track').length,
      60_000,
    )
  }, 300_000)
  afterAll(async () => {
    await database?.end()
    await server?.end()
    await folder?.remove()
  })

  it('has done real work', () => {
    expect(done.filter(({ kind }) => kind === 'track').length).toBeGreaterThan(100)
    expect(done.filter(({ kind }) => kind === 'redeem').length).toBeGreaterThan(100)
  })

  it('has every answered call in the log, once', async () => {
    const { rows } = await database.query<{ message_id: string }>(
      `select message_id from log_entry where event = 'Crash Tested'`,
    )
    const expected = done.filter(({ kind }) => kind === 'track').map(({ id }) => id)
    expect(rows.map((row) => row.message_id).sort()).toEqual(expected.sort())
  })

  it('has delivered every call to the engine, once', async () => {
    const { rows } = await database.query<{ job: string }>(
      `select metadata ->> 'job' as job from custom_event where type = 'Crash Tested'`,
    )
    const expected = done.filter(({ kind }) => kind === 'track').map(({ id }) => id)
    expect(rows.map((row) => row.job).sort()).toEqual(expected.sort())
  })

  it('has every answered redemption, once', async () => {
    const { rows } = await database.query<{ job: string }>(
      `select metadata ->> 'job' as job from redemption where result = 'SUCCESS'`,
    )
    const expected = done.filter(({ kind }) => kind === 'redeem').map(({ id }) => id)
    expect(rows.map((row) => row.job).sort()).toEqual(expected.sort())
  })

  it('has counted each redemption on its voucher', async () => {
    const { rows } = await database.query<{ code: string; redeemed_quantity: number }>(
      'select code, redeemed_quantity from voucher order by code',
    )
    const expected = Array.from({ length: VOUCHERS }, (_, index) => ({
      code: `CRASH${index}`,
      redeemed_quantity: done.filter(
        ({ kind, voucher }) => kind === 'redeem' && voucher === `CRASH${index}`,
      ).length,
    }))
    expect(rows).toEqual(expected)
  })

  it('has told Segment of every committed redemption, once', async () => {
    const { rows } = await database.query<{ id: string; told: string }>(
      `with told as (
         select body #>> '{properties,voucherifyEvent,data,redemption,id}' as id
           from log_entry where event = 'Redemption succeeded'
       )
       select redemption.id, count(told.id) as told from redemption left join told using (id)
        where redemption.result = 'SUCCESS'
        group by redemption.id`,
    )
    expect(rows.length).toBeGreaterThan(100)
    expect(rows.filter((row) => row.told !== '1')).toEqual([])
  })
})
