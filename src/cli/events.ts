import { randomUUID } from 'node:crypto'
import type { Json, JsonObject } from '../kernel/json.ts'
import { type Connection, callManagement, callTracking } from './api.ts'
import { parseAssignments } from './arguments.ts'
import { CliError, EXIT } from './exit-codes.ts'
import { printLine, printResult } from './output.ts'

const TYPES = ['track', 'identify', 'page', 'screen', 'group', 'alias'] as const
type CallType = (typeof TYPES)[number]

export type SendOptions = {
  json: boolean
  type: string
  user?: string
  anonymous?: string
  group?: string
  set: string[]
}

/** Where each type of call carries what `--set` gives. */
const PAYLOAD: Record<CallType, 'properties' | 'traits' | undefined> = {
  track: 'properties',
  identify: 'traits',
  page: 'properties',
  screen: 'properties',
  group: 'traits',
  alias: undefined,
}

const isCallType = (type: string): type is CallType => (TYPES as readonly string[]).includes(type)

/** What `events send` puts on the wire. Throws `CliError` for a call the Tracking API would refuse. */
export function toTrackingCall(
  name: string | undefined,
  options: SendOptions,
  messageId: string,
): JsonObject {
  const { type } = options
  const usage = (message: string): CliError => new CliError(EXIT.usage, message)
  if (!isCallType(type)) throw usage(`--type ${type}: expected one of ${TYPES.join(', ')}`)
  if (type === 'track' && !name) throw usage('a track call needs the name of its event')
  if (!options.user && !options.anonymous)
    throw usage('say whose event it is: --user or --anonymous')
  if (type === 'group' && !options.group) throw usage('a group call needs --group')
  const payload = PAYLOAD[type]
  return {
    type,
    messageId,
    ...(type === 'track' && { event: name ?? '' }),
    ...((type === 'page' || type === 'screen') && name && { name }),
    ...(options.user && { userId: options.user }),
    ...(options.anonymous && { anonymousId: options.anonymous }),
    ...(options.group && { groupId: options.group }),
    ...(payload && { [payload]: parseAssignments(options.set) as Json }),
  }
}

/** `events send`: one call through the Tracking API. */
export async function sendEvent(
  connection: Connection,
  name: string | undefined,
  options: SendOptions,
): Promise<number> {
  const messageId = `cli-${randomUUID()}`
  const call = toTrackingCall(name, options, messageId)
  await callTracking(connection, { method: 'POST', path: `/v1/${options.type}`, body: call })
  printResult(options.json, { success: true, message_id: messageId }, () => [
    `✓ ${options.type} accepted, message id ${messageId}`,
  ])
  return EXIT.done
}

export type TailOptions = {
  json: boolean
  source?: string
  type?: string
  event?: string
  user?: string
  follow: boolean
  limit: number
}

const POLL_MS = 500

type ReceivedEvent = JsonObject & { message_id: string }

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '–')

function toLine(event: JsonObject): string {
  const time = text(event['received_at']).slice(11, 23)
  const who = text(event['user_id'] ?? event['anonymous_id'])
  const name = event['event'] ? `  ${text(event['event'])}` : ''
  return `${time}  ${text(event['type']).padEnd(8)}  ${who}${name}`
}

/** One page of received events, newest first, and where the next one begins. */
async function fetchPage(
  connection: Connection,
  options: TailOptions,
  startingAfter: string | undefined,
): Promise<{ events: ReceivedEvent[]; next: string | undefined }> {
  const { data, next } = await callManagement(connection, {
    path: '/api/v1/events',
    query: {
      source_id: options.source,
      type: options.type,
      event: options.event,
      user_id: options.user,
      limit: options.limit,
      starting_after: startingAfter,
    },
  })
  return {
    events: Array.isArray(data) ? (data as ReceivedEvent[]) : [],
    next: next === null || next === undefined ? undefined : String(next),
  }
}

/** Every event that arrived since `newestSeen`, oldest first; the newest page when nothing was seen yet. */
async function fetchFresh(
  connection: Connection,
  options: TailOptions,
  newestSeen: string | undefined,
): Promise<ReceivedEvent[]> {
  const fresh: ReceivedEvent[] = []
  let next: string | undefined
  do {
    const page = await fetchPage(connection, options, next)
    const end = page.events.findIndex((event) => event.message_id === newestSeen)
    fresh.push(...(end === -1 ? page.events : page.events.slice(0, end)))
    next = end === -1 && newestSeen !== undefined ? page.next : undefined
  } while (next !== undefined)
  return fresh.reverse()
}

/** `events tail`: the newest received events, oldest first, then what arrives until interrupted. */
export async function tailEvents(connection: Connection, options: TailOptions): Promise<number> {
  let newestSeen: string | undefined
  for (;;) {
    const fresh = await fetchFresh(connection, options, newestSeen)
    for (const event of fresh) printLine(options.json, event, () => toLine(event))
    newestSeen = fresh.at(-1)?.message_id ?? newestSeen
    if (!options.follow) return EXIT.done
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}
