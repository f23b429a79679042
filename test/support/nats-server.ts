import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { makeDir } from './make-dir.ts'

/** Packages put it where not every account looks. */
const PLACES = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/bin']

/** The program `nats-server`; undefined when it is not installed. */
export const findNatsServer = (): string | undefined =>
  PLACES.map((dir) => join(dir, 'nats-server')).find((path) => existsSync(path))

export type NatsServer = {
  readonly url: string
  /** Ends it; `SIGKILL` is as hard as a crash. */
  halt(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>
  /** Starts it again at the same address with what it had stored. */
  resume(): Promise<void>
  /** Ends it for good. */
  stop(): Promise<void>
}

const START_LIMIT_MS = 20_000

type NatsServerOptions = {
  hasJetStream?: boolean
  user?: { name: string; password: string }
  payloadBytesMax?: number
}

/** A NATS server of a test's own, on any free port. */
export async function startNatsServer(options: NatsServerOptions = {}): Promise<NatsServer> {
  const program = findNatsServer()
  if (!program) throw new Error('nats-server is not installed')
  const { dir, remove } = await makeDir()
  const config = join(dir, 'nats.conf')
  await writeFile(config, toConfig(options, join(dir, 'store')))
  let { child, port } = await run(program, config, -1)

  const halt = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await ended
  }
  return {
    url: `nats://127.0.0.1:${port}`,
    halt,
    async resume() {
      ;({ child, port } = await run(program, config, port))
    },
    async stop() {
      await halt('SIGKILL')
      await remove()
    },
  }
}

const toConfig = (
  { hasJetStream = true, user, payloadBytesMax = 1_048_576 }: NatsServerOptions,
  storeDir: string,
): string => `
max_payload: ${payloadBytesMax}
${hasJetStream ? `jetstream { store_dir: ${JSON.stringify(storeDir)} }` : ''}
${user ? `authorization { user: ${JSON.stringify(user.name)}, password: ${JSON.stringify(user.password)} }` : ''}
`

function run(
  program: string,
  config: string,
  onPort: number,
): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(program, ['-a', '127.0.0.1', '-p', String(onPort), '-c', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let output = ''
  return new Promise((resolve, reject) => {
    const fail = (): void => reject(new Error(`nats-server did not start: ${output}`))
    const timer = setTimeout(fail, START_LIMIT_MS)
    child.once('exit', fail)
    child.stderr?.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      const port = /client connections on 127\.0\.0\.1:(\d+)/.exec(output)?.[1]
      if (!port || !output.includes('Server is ready')) return
      clearTimeout(timer)
      resolve({ child, port: Number(port) })
    })
  })
}
