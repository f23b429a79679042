/**
 * How long `npm start` takes to the first answer, on an installed and built clone: on an empty folder, where the
 * database is made and the loop is closed, and on one that has been started before. The limit of each is
 * what Node and PostgreSQL need by themselves in the same round: an empty Node process, `initdb` with the
 * first start of its server, and a start of that server.
 */
import { spawnSync } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedPostgres } from '../src/platform/embedded-postgres/index.ts'
import { createLog } from '../src/platform/log.ts'
import { startProduct } from './support/product.ts'
import { median } from './support/report.ts'

const ROUNDS = 5
const GOAL_MS = { first: 3_000, second: 1_000 }

const log = createLog('error')

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

async function timeProduct(dataDir: string): Promise<number> {
  let stop: () => Promise<void> = async () => undefined
  const ms = await timed(async () => {
    const product = await startProduct('all', dataDir)
    stop = product.stop
    const answer = await fetch(`${product.address}/health/ready`)
    if (!answer.ok) throw new Error(`the first answer was ${answer.status}`)
  })
  await stop()
  return ms
}

async function timeDatabase(dataDir: string): Promise<number> {
  const node = await timed(async () => spawnSync(process.execPath, ['-e', '']))
  let stop: () => Promise<void> = async () => undefined
  const database = await timed(async () => {
    stop = (await startEmbeddedPostgres(dataDir, log)).stop
  })
  await stop()
  return node + database
}

const times = { first: [] as number[], second: [] as number[] }
const limits = { first: [] as number[], second: [] as number[] }
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [measure, into] of [
    [timeProduct, times],
    [timeDatabase, limits],
  ] as const) {
    const dir = await mkdtemp(join(tmpdir(), 'promoloop-bench-'))
    await chmod(dir, 0o755)
    into.first.push(await measure(dir))
    into.second.push(await measure(dir))
    await rm(dir, { recursive: true, force: true })
  }
}

const ms = (value: number): string => `${Math.round(value)} ms`
for (const start of ['first', 'second'] as const) {
  const ours = median(times[start])
  const verdict = ours <= GOAL_MS[start] ? 'met' : 'MISSED'
  process.stdout.write(
    `\n${start} start to the first answer: ${times[start].map(ms).join(', ')}\n` +
      `  median ${ms(ours)}, of which Node and PostgreSQL ${ms(median(limits[start]))} (goal ${ms(GOAL_MS[start])}: ${verdict})\n`,
  )
}
