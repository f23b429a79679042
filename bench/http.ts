/**
 * Our HTTP server against raw `node:http`, both parsing the same batch of 20 track calls and answering
 * the same JSON. Each server is a process of its own; the rounds alternate.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { batchBody } from './support/events.ts'
import { load } from './support/load.ts'
import { pin } from './support/pin.ts'
import { type Round, report } from './support/report.ts'

const ROUNDS = 5
const SECONDS = 3
const CONNECTIONS = 32

async function startServer(kind: 'ours' | 'node'): Promise<{ url: string; child: ChildProcess }> {
  const child = fork(join(import.meta.dirname, 'support', 'http-servers.ts'), [kind])
  pin(child.pid, 0)
  const port = await new Promise<number>((resolve) =>
    child.once('message', (message) => resolve(Number(message))),
  )
  return { url: `http://127.0.0.1:${port}`, child }
}

pin(process.pid, 1)
const body = batchBody(20)
const request = {
  method: 'POST',
  path: '/v1/batch',
  headers: { 'content-type': 'application/json' },
  body,
}

async function measure(url: string, seconds: number): Promise<number> {
  const { requestsPerSecond } = await load(url, {
    connections: CONNECTIONS,
    seconds,
    request,
  })
  return requestsPerSecond
}

const ours = await startServer('ours')
const peer = await startServer('node')
await measure(ours.url, 1)
await measure(peer.url, 1)
const rounds: Round[] = []
for (let round = 0; round < ROUNDS; round += 1) {
  rounds.push({ peer: await measure(peer.url, SECONDS), ours: await measure(ours.url, SECONDS) })
}
ours.child.kill()
peer.child.kill()
report(
  `HTTP server: POST of ${Buffer.byteLength(body)} bytes of JSON, ${CONNECTIONS} connections`,
  { unit: 'requests/s', peer: 'node:http', goal: 0.7 },
  rounds,
)
