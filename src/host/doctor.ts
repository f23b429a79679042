import { createServer } from 'node:net'
import { CliError, EXIT } from '../cli/index.ts'
import { openEventLog } from '../pipeline/log/index.ts'
import { systemClock } from '../platform/clock.ts'
import { type Config, readConfig } from '../platform/config.ts'
import { createHttpClient } from '../platform/http/index.ts'
import { createLog } from '../platform/log.ts'
import { type Host, openHost } from './open-host.ts'
import { readAddress, readProvisioned } from './provision.ts'

type Check = { name: string; state: 'ok' | 'warning' | 'failed'; message: string; hint?: string }

const MARKS = { ok: '✓', warning: '!', failed: '✕' } as const
const CLOCK_DIFFERENCE_MS_MAX = 2_000
const POSTGRES_VERSION_MIN = 150_000

const failed = (name: string, error: unknown, hint: string): Check => ({
  name,
  state: 'failed',
  message: error instanceof Error ? error.message : String(error),
  hint,
})

function checkNode(): Check {
  return { name: 'node', state: 'ok', message: `Node ${process.versions.node}` }
}

async function checkDatabase({ db }: Host): Promise<Check> {
  const { rows } = await db.pool.query<{ version: string; number: number }>(
    `select current_setting('server_version') as version, current_setting('server_version_num')::int as number`,
  )
  const { version = '?', number = 0 } = rows[0] ?? {}
  if (number >= POSTGRES_VERSION_MIN)
    return { name: 'database', state: 'ok', message: `PostgreSQL ${version}` }
  return {
    name: 'database',
    state: 'failed',
    message: `PostgreSQL ${version} is too old`,
    hint: 'Use PostgreSQL 15 or newer.',
  }
}

async function checkDurability({ db }: Host): Promise<Check> {
  const { rows } = await db.pool.query<{ name: string }>(
    `select name from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit') and setting = 'off'`,
  )
  if (rows.length === 0)
    return { name: 'durability', state: 'ok', message: 'what is answered survives a power cut' }
  return {
    name: 'durability',
    state: 'warning',
    message: `${rows.map((row) => row.name).join(', ')} is off: a crash can lose what was answered`,
    hint: 'Switch it on in postgresql.conf.',
  }
}

async function checkClock({ db }: Host): Promise<Check> {
  const { rows } = await db.pool.query<{ now_ms: number }>(
    `select (extract(epoch from clock_timestamp()) * 1000)::float8 as now_ms`,
  )
  const differenceMs = Math.round(Math.abs(systemClock.now().getTime() - (rows[0]?.now_ms ?? 0)))
  const isClose = differenceMs <= CLOCK_DIFFERENCE_MS_MAX
  return {
    name: 'clock',
    state: isClose ? 'ok' : 'warning',
    message: `${differenceMs} ms from the database's clock`,
    ...(!isClose && { hint: 'Let both machines follow a time server.' }),
  }
}

async function checkSetUp({ db, vault }: Host): Promise<Check> {
  const provisioned = await readProvisioned(db, vault)
  if (provisioned)
    return { name: 'project', state: 'ok', message: `project ${provisioned.projectId} is set up` }
  return {
    name: 'project',
    state: 'warning',
    message: 'nothing is set up yet',
    hint: 'Start the server once: npm start',
  }
}

async function checkQueues({ db }: Host): Promise<Check> {
  const { rows } = await db.pool.query<{ deliveries: number; source: number }>(
    `select (select count(*)::int from delivery where outcome = 'pending') as deliveries,
            (select count(*)::int from segment_source_message where dropped_at is null) as source`,
  )
  const { deliveries = 0, source = 0 } = rows[0] ?? {}
  return {
    name: 'queues',
    state: 'ok',
    message: `${deliveries} deliveries to retry, ${source} source events to send`,
  }
}

async function connectNats(url: string): Promise<{ close(): Promise<void> }> {
  const { openNats } = await import('../platform/nats.ts')
  return openNats(url, createLog('silent'))
}

async function checkLog({ db }: Host, { natsUrl, nats }: Config): Promise<Check> {
  const options = { db, log: createLog('error'), natsUrl, nats }
  try {
    // Opening the log in NATS would move it there, which is for a start to do.
    const opened = natsUrl === undefined ? await openEventLog(options) : await connectNats(natsUrl)
    await opened.close()
  } catch (error) {
    return failed('log', error, 'No call is accepted without it.')
  }
  const where = natsUrl === undefined ? 'PostgreSQL' : 'NATS JetStream'
  return { name: 'log', state: 'ok', message: `accepted calls are kept in ${where}` }
}

async function checkServer(address: string | undefined): Promise<Check> {
  const hint = 'Start it with: npm start'
  if (!address) return { name: 'server', state: 'warning', message: 'has never run here', hint }
  const client = createHttpClient({ isPrivateNetworkAllowed: true })
  try {
    const url = `${address}/health/ready`
    const { status } = await client.send({ method: 'GET', url, headers: {}, timeoutMs: 3_000 })
    if (status === 200) return { name: 'server', state: 'ok', message: `${address} is ready` }
    return failed('server', `${address} answers ${status}`, 'Look at its log.')
  } catch {
    return { name: 'server', state: 'warning', message: `${address} does not answer`, hint }
  } finally {
    await client.close()
  }
}

function checkPort({ host, port }: Config): Promise<Check> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () =>
      resolve({
        name: 'port',
        state: 'warning',
        message: `port ${port} is in use`,
        hint: 'Set PORT to another one when that is not Promoloop itself.',
      }),
    )
    probe.listen(port, host, () =>
      probe.close(() => resolve({ name: 'port', state: 'ok', message: `port ${port} is free` })),
    )
  })
}

async function checkHost(config: Config): Promise<Check[]> {
  const host = await openHost(config, createLog('error'), { isOwner: false })
  try {
    const checks = await Promise.all(
      [checkDatabase, checkDurability, checkClock, checkSetUp, checkQueues].map((check) =>
        check(host),
      ),
    )
    const log = await checkLog(host, config)
    const server = await checkServer(config.publicUrl ?? (await readAddress(host.db)))
    // A port that our own server listens on is in use as it should be.
    const port = server.state === 'ok' ? [] : [await checkPort(config)]
    return [...checks, log, ...port, server]
  } finally {
    await host.close()
  }
}

async function runChecks(): Promise<Check[]> {
  let config: Config
  try {
    config = readConfig()
  } catch (error) {
    return [checkNode(), failed('configuration', error, 'Correct these environment variables.')]
  }
  const configuration: Check = { name: 'configuration', state: 'ok', message: 'can be read' }
  try {
    return [checkNode(), configuration, ...(await checkHost(config))]
  } catch (error) {
    return [
      checkNode(),
      configuration,
      failed('database', error, 'Check DATABASE_URL, or the data folder PROMOLOOP_DATA_DIR.'),
    ]
  }
}

/** `promoloop doctor`: checks this installation; throws `CliError` (3) when something must be mended. */
export async function runDoctor(isJson: boolean): Promise<number> {
  const checks = await runChecks()
  const lines = checks.flatMap(({ name, state, message, hint }) => [
    `${MARKS[state]} ${name.padEnd(14)} ${message}`,
    ...(hint ? [`  ${' '.repeat(14)} ${hint}`] : []),
  ])
  process.stdout.write(`${isJson ? JSON.stringify({ checks }) : lines.join('\n')}\n`)
  const problems = checks.filter((check) => check.state === 'failed')
  if (problems.length === 0) return EXIT.done
  throw new CliError(
    EXIT.configuration,
    `${problems.length === 1 ? 'one check' : `${problems.length} checks`} failed`,
    { body: { failed: problems.map((check) => check.name) } },
  )
}
