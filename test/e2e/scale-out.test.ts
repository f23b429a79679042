import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collectCleanUps } from '../support/clean-ups.ts'
import { findNatsServer, type NatsServer, startNatsServer } from '../support/nats-server.ts'
import { type Recorder, startRecorder } from '../support/recorder.ts'
import {
  addDestination,
  expectNothingLost,
  sendCalls,
  type Tracked,
  tracks,
  waitUntilSettled,
} from '../support/recorder-destination.ts'
import {
  type RestartableDatabase,
  startRestartableDatabase,
} from '../support/restartable-database.ts'
import { ROOT, type Server, spawnServer, startServer } from '../support/server.ts'
import { waitFor } from '../support/wait-for.ts'

const PERSONS = 40
const STEPS = 80
const CALLS_PER_REQUEST = 10
const LIMIT_MS = 60_000

let database: RestartableDatabase
let nats: NatsServer
let recorder: Recorder
let env: Record<string, string>
let apis: Server[] = []
let workers: Server[] = []
const cleanUps = collectCleanUps(afterAll)

async function startedServer(role: 'api' | 'worker'): Promise<Server> {
  const dataDir = await cleanUps.newDir()
  const server = await startServer({ dataDir, env, args: ['--role', role] })
  cleanUps.add(() => server.end('SIGKILL'))
  return server
}

const isReady = async ({ address }: Server): Promise<boolean> =>
  (await fetch(`${address}/health/ready`)).ok

describe.skipIf(!findNatsServer())(
  'api and worker processes with the log in NATS JetStream',
  () => {
    beforeAll(async () => {
      // Builds what is stale: of the processes that start together below, each would do it.
      execFileSync(process.execPath, [join(ROOT, 'bin', 'promoloop.mjs'), '--help'])
      database = await startRestartableDatabase()
      nats = await startNatsServer()
      recorder = await startRecorder((_request, response) => {
        setTimeout(() => response.writeHead(200).end('{}'), 5)
      })
      for (const part of [recorder, nats, database]) cleanUps.add(() => part.stop())
      env = {
        DATABASE_URL: database.url,
        NATS_URL: nats.url,
        PROMOLOOP_SECRET_KEY: '5e'.repeat(32),
        PROMOLOOP_ALLOW_PRIVATE_NETWORK: '1',
      }
      apis = [await startedServer('api'), await startedServer('api')]
      workers = [await startedServer('worker'), await startedServer('worker')]
    })

    it('deliver everything in order when a worker dies and NATS is away for a while', async () => {
      const [api] = apis
      if (!api) throw new Error('there is no api process')
      const destination = await addDestination(api, { url: recorder.address })
      const calls = tracks(PERSONS, STEPS)
      let refused = 0
      // Each person is with one of the api processes at a time; what is refused is sent again, as SDKs do.
      const sendAll = async (server: Server, own: readonly Tracked[]): Promise<void> => {
        for (let sent = 0; sent < own.length; sent += CALLS_PER_REQUEST) {
          const batch = own.slice(sent, sent + CALLS_PER_REQUEST)
          while (!(await sendCalls(server, batch))) {
            refused += 1
            await new Promise((resolve) => setTimeout(resolve, 50))
          }
        }
      }
      const sendAllOf = (some: readonly Tracked[]) =>
        Promise.all(
          apis.map((server, index) =>
            sendAll(
              server,
              some.filter(({ userId }) => Number(userId.slice('person'.length)) % 2 === index),
            ),
          ),
        )
      await sendAllOf(calls.slice(0, calls.length / 2))
      await waitFor('first deliveries', () => recorder.requests.length > 50, LIMIT_MS)
      await workers[0]?.end('SIGKILL')
      await nats.halt('SIGKILL')
      const sending = sendAllOf(calls.slice(calls.length / 2))
      await waitFor('calls to be refused', () => refused > 0, LIMIT_MS)
      await nats.resume()
      await sending
      await waitFor('being ready again', () => isReady(api), LIMIT_MS)

      await waitUntilSettled(api, { destination, events: calls.length, limitMs: LIMIT_MS })
      await expectNothingLost(api, { destination, calls, requests: recorder.requests })
    })

    it('start nowhere without NATS, and say what to do', async () => {
      const dir = await cleanUps.newDir()
      const endOf = (variables: Record<string, string>): Promise<[number | null, string]> =>
        new Promise((resolve) => {
          const child = spawnServer({ dataDir: dir, env: variables, args: ['--role', 'worker'] })
          let said = ''
          child.stderr?.on('data', (chunk: Buffer) => {
            said += chunk.toString()
          })
          child.once('close', (code) => resolve([code, said]))
        })
      const { NATS_URL: _, ...withoutNats } = env
      const [code, said] = await endOf(withoutNats)
      expect(code).toBe(3)
      expect(said).toMatch(/is in NATS JetStream, stream promoloop_\w+: set NATS_URL/)
      const [codeAway, saidAway] = await endOf({ ...env, NATS_URL: 'nats://127.0.0.1:1' })
      expect(codeAway).toBe(3)
      expect(saidAway).toMatch(/NATS at 127\.0\.0\.1:1 cannot be used/)
    })
  },
)
