import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

export const ROOT = join(import.meta.dirname, '..', '..')
const START_LIMIT_MS = 60_000

export type Server = {
  address: string
  writeKey: string
  appId: string
  appToken: string
  adminToken: string
  process: ChildProcess
  stdout(): string
  stderr(): string
  /** Ends the process with `signal` and resolves with its exit code, null when the signal killed it. */
  end(signal?: NodeJS.Signals): Promise<number | null>
}

export type ServerOptions = {
  dataDir: string
  env?: Record<string, string>
  args?: string[]
  root?: string
  user?: { uid: number; gid: number }
}

/** The environment of a machine where nothing is preset. */
export function cleanEnvironment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {}
  for (const [name, value] of Object.entries(process.env)) {
    if (!/^(PROMOLOOP_|DATABASE_|NATS_|TEST_|VITEST|NODE_ENV|PORT$|HOST$)/.test(name))
      env[name] = value
  }
  return { ...env, ...extra }
}

/** Runs `promoloop start` as a process of its own. */
export function spawnServer({
  dataDir,
  env,
  args = [],
  root = ROOT,
  user,
}: ServerOptions): ChildProcess {
  return spawn(process.execPath, [join(root, 'bin', 'promoloop.mjs'), 'start', ...args], {
    cwd: root,
    env: cleanEnvironment({
      PORT: '0',
      PROMOLOOP_DATA_DIR: dataDir,
      PROMOLOOP_LOG_LEVEL: 'warn',
      ...env,
    }),
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  })
}

const FOUR_LINES =
  /^Address +(\S+)\nWrite key +(\S+)\nApplication keys +(\S+) (\S+)\nAdmin token +(\S+)\n/m

/** Starts the built server and waits for the four lines it prints. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const child = spawnServer(options)
  const output = { stdout: '', stderr: '' }
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  child.stderr?.on('data', (chunk: Buffer) => {
    output.stderr += chunk.toString()
  })
  const lines = await new Promise<RegExpExecArray>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`the server did not start: ${output.stderr}`)),
      START_LIMIT_MS,
    )
    child.stdout?.on('data', (chunk: Buffer) => {
      output.stdout += chunk.toString()
      const found = FOUR_LINES.exec(output.stdout)
      if (!found) return
      clearTimeout(timer)
      resolve(found)
    })
    void ended.then((code) => {
      clearTimeout(timer)
      reject(new Error(`the server ended with ${code}: ${output.stderr}`))
    })
  })
  const [, address = '', writeKey = '', appId = '', appToken = '', adminToken = ''] = lines
  return {
    address,
    writeKey,
    appId,
    appToken,
    adminToken,
    process: child,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    async end(signal = 'SIGINT') {
      child.kill(signal)
      return ended
    },
  }
}

/** Calls the management API of `server` and returns the parsed answer; throws unless it is a success. */
export async function callManagement(
  server: Server,
  path: string,
  init: RequestInit = {},
  // biome-ignore lint/suspicious/noExplicitAny: answers are what tests look into, field by field.
): Promise<any> {
  const response = await fetch(`${server.address}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${server.adminToken}`, 'content-type': 'application/json' },
  })
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
  return response.json()
}

/** Calls the engine of `server` with its application keys, whatever the answer. */
export async function callEngine(
  server: Server,
  path: string,
  body?: unknown,
  // biome-ignore lint/suspicious/noExplicitAny: answers are what tests look into, field by field.
): Promise<{ status: number; body: any }> {
  const response = await fetch(`${server.address}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      'content-type': 'application/json',
      'x-app-id': server.appId,
      'x-app-token': server.appToken,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: await response.json() }
}

export type ReceivedEvent = {
  message_id: string
  type: string
  event: string | null
  user_id: string | null
  source_id: string
  received_at: string
  // biome-ignore lint/suspicious/noExplicitAny: the body of an event is any JSON.
  body: any
}

/** Every event that `server` has received from the source of `catalog`, oldest first. */
export async function listReceived(server: Server, catalog: string): Promise<ReceivedEvent[]> {
  const { data: sources } = await callManagement(server, '/api/v1/sources?limit=100')
  const source = sources.find((candidate: { catalog: string }) => candidate.catalog === catalog)
  const events: ReceivedEvent[] = []
  let next: string | null = null
  do {
    const after: string = next === null ? '' : `&starting_after=${encodeURIComponent(next)}`
    const page = await callManagement(
      server,
      `/api/v1/events?source_id=${source.id}&limit=100${after}`,
    )
    events.push(...page.data)
    next = page.next
  } while (next !== null)
  return events.reverse()
}
