import { isPlainObject } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import { LIMITS } from '../../platform/limits.ts'
import { calculateTimestamps, parseTime } from './calculate-timestamps.ts'
import type { TrackingEvent } from './call.ts'

type Members = Record<string, unknown>

/** What a request says about all of its calls. */
export type Envelope = {
  receivedAt: Date
  sentAt?: Date | undefined
  context?: Members | undefined
  integrations?: Members | undefined
  /** The caller's IPv4 address. */
  ip?: string | undefined
  /** How often the cause of the calls has been through the loop, this time included (D-18). */
  hops?: number | undefined
  /** What a call is sent through when neither it nor its library says so. */
  channel?: Channel
  newMessageId: () => string
}

type Channel = 'server' | 'browser' | 'mobile'
const CHANNELS: readonly unknown[] = ['server', 'browser', 'mobile'] satisfies Channel[]

const DEFAULT_LIBRARY = { name: 'http-api', version: '1' }
const BROWSER_LIBRARY = /^analytics\.js|^@segment\/analytics-next/
const MOBILE_LIBRARY = /analytics[-_](ios|android|swift|kotlin|react-native|flutter|unity|xamarin)/
const HAS_PROPERTIES = new Set(['track', 'page', 'screen'])
const HAS_TRAITS = new Set(['identify', 'group'])

/**
 * A call with everything the pipeline adds (§1.8): ids as strings, four timestamps, a message id, merged
 * context and integrations. Total and lenient: what is of the wrong type stays for `decideAcceptance` to
 * refuse, except that null counts as absent. `item` is not changed.
 */
export function normalise(item: Members, type: string, envelope: Envelope): TrackingEvent {
  const { writeKey: _writeKey, _metadata, ...members } = item
  const event = members as TrackingEvent
  event.type = type
  if (typeof event.messageId !== 'string' || event.messageId === '')
    event.messageId = envelope.newMessageId()
  normaliseIds(event)
  normaliseDetails(event, type)
  normaliseContext(event, envelope)
  event['integrations'] = { ...envelope.integrations, ...membersOf(item['integrations']) }

  const sentAt = parseTime(item['sentAt']) ?? envelope.sentAt
  const { receivedAt } = envelope
  const times = calculateTimestamps({ timestamp: item['timestamp'], sentAt }, receivedAt)
  event['originalTimestamp'] = times.originalTimestamp
  event['sentAt'] = times.sentAt
  event['receivedAt'] = toIso(receivedAt)
  event['timestamp'] = times.timestamp
  return event
}

/** Numbers become strings, null is absent (§1.7 rule 3), and so is one empty id beside another id. */
function normaliseIds(event: TrackingEvent): void {
  for (const name of ['userId', 'anonymousId', 'groupId', 'previousId']) {
    const id = event[name]
    if (typeof id === 'number') event[name] = String(id)
    else if (id === null) event[name] = undefined
  }
  if (event['userId'] === '' && event['anonymousId']) event['userId'] = undefined
  else if (event['anonymousId'] === '' && event['userId']) event['anonymousId'] = undefined
}

function normaliseDetails(event: TrackingEvent, type: string): void {
  if (HAS_PROPERTIES.has(type)) event['properties'] ??= {}
  else if (HAS_TRAITS.has(type)) event['traits'] ??= {}
  if (type !== 'page' && type !== 'screen') return
  for (const name of ['name', 'category']) {
    // SDKs send an empty name for a page without one.
    if (event[name] === '' || event[name] === null) event[name] = undefined
    const properties = event['properties']
    const isCopied = type === 'page' && event[name] !== undefined && isPlainObject(properties)
    if (isCopied && properties[name] === undefined)
      event['properties'] = { ...properties, [name]: event[name] }
  }
}

function normaliseContext(event: TrackingEvent, envelope: Envelope): void {
  const own = membersOf(event['context'])
  const context = mergeDeep(envelope.context ?? {}, own, LIMITS.trackingDepthMax)
  context['library'] ??= DEFAULT_LIBRARY
  const channel = CHANNELS.includes(event['channel'])
    ? event['channel']
    : (channelOf(context['library']) ?? envelope.channel ?? 'server')
  event['channel'] = channel
  // An address that the client gives stays, also the 0.0.0.0 that asks not to collect one (§1.10).
  const isOfPerson = channel !== 'server' || context['direct'] === true
  if (envelope.ip !== undefined && isOfPerson) context['ip'] ??= envelope.ip
  if (envelope.hops !== undefined) countHops(context, envelope.hops)
  event['context'] = context
}

/** The count grows with each round: `context` may be that of the event that the call was made of. */
function countHops(context: Members, hops: number): void {
  const own = membersOf(context['promoloop'])
  const known = typeof own['hops'] === 'number' ? own['hops'] : 0
  context['promoloop'] = { ...own, hops: Math.max(known, hops) }
}

function channelOf(library: unknown): Channel | undefined {
  const name = isPlainObject(library) ? library['name'] : undefined
  if (typeof name !== 'string') return undefined
  if (BROWSER_LIBRARY.test(name)) return 'browser'
  return MOBILE_LIBRARY.test(name) ? 'mobile' : undefined
}

export const membersOf = (value: unknown): Members => (isPlainObject(value) ? value : {})

/**
 * `over` on top of `under`, object by object down to `depth`. A copy; `__proto__` is a member like others,
 * and never merged into.
 */
function mergeDeep(under: Members, over: Members, depth: number): Members {
  const merged = { ...under, ...over }
  if (depth === 0) return merged
  for (const [name, below] of Object.entries(under)) {
    const above = Object.hasOwn(over, name) ? over[name] : undefined
    if (name !== '__proto__' && isPlainObject(below) && isPlainObject(above))
      merged[name] = mergeDeep(below, above, depth - 1)
  }
  return merged
}
