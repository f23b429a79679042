import type { Clock } from '../../platform/clock.ts'
import { type HttpRequest, NetworkError, type Send } from '../../platform/http/index.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { Log } from '../../platform/log.ts'
import { type AttemptResult, decideOutcome, type Setback } from './decide-outcome.ts'
import { LIBRARY } from './library.ts'
import type { TrackCall } from './to-track-call.ts'

/** A track call on its way, with the message it came from. */
export type QueuedCall = TrackCall & { id: number }

/** The way to one project's source. */
export type Sender = {
  send: Send
  clock: Clock
  log: Log
  baseUrl: string
  writeKey: string
  /** How many attempts failed in a row before. */
  failures: number
  /** False once no more requests should be started. */
  mayStart: () => boolean
}

/** What became of the calls of a batch; those it does not mention stay queued. */
export type BatchReport = {
  sent: readonly QueuedCall[]
  dropped: readonly { call: QueuedCall; reason: string }[]
  setback: Setback | undefined
}

const NOTHING: BatchReport = { sent: [], dropped: [], setback: undefined }

/**
 * Sends calls in order. A batch that is refused for what it holds is sent again in halves, first half first,
 * until the call at fault is found and dropped alone (engine-programs §17.4).
 */
export async function sendBatch(
  sender: Sender,
  calls: readonly QueuedCall[],
): Promise<BatchReport> {
  if (!sender.mayStart()) return NOTHING
  const result = await attempt(sender, calls)
  const outcome = decideOutcome({
    result,
    failures: sender.failures,
    calls: calls.length,
    now: sender.clock.now(),
  })
  switch (outcome.kind) {
    case 'done':
      return { ...NOTHING, sent: calls }
    case 'drop':
      return { ...NOTHING, dropped: calls.map((call) => ({ call, reason: outcome.reason })) }
    case 'split':
      return sendHalves(sender, calls)
    default:
      return { ...NOTHING, setback: outcome }
  }
}

async function sendHalves(sender: Sender, calls: readonly QueuedCall[]): Promise<BatchReport> {
  const middle = Math.ceil(calls.length / 2)
  const first = await sendBatch(sender, calls.slice(0, middle))
  // What comes after a setback would overtake it.
  if (first.setback) return first
  const second = await sendBatch(sender, calls.slice(middle))
  return {
    sent: [...first.sent, ...second.sent],
    dropped: [...first.dropped, ...second.dropped],
    setback: second.setback,
  }
}

async function attempt(sender: Sender, calls: readonly QueuedCall[]): Promise<AttemptResult> {
  try {
    const { status, headers } = await sender.send(toRequest(sender, calls))
    return { kind: 'answer', status, retryAfter: headers['retry-after'] }
  } catch (error) {
    if (error instanceof NetworkError) return { kind: 'no-answer', code: error.code }
    sender.log.error({ err: error }, 'attempt to send source events broke')
    return { kind: 'no-answer', code: 'UNEXPECTED' }
  }
}

/** The calls are JSON already; only what surrounds them is written here (engine-programs §17.5). */
function toRequest(
  { baseUrl, writeKey, failures, clock }: Sender,
  calls: readonly QueuedCall[],
): HttpRequest {
  const batch = calls.map(({ json }) => json).join(',')
  return {
    method: 'POST',
    url: `${baseUrl}/batch`,
    headers: {
      authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`,
      'content-type': 'application/json',
      'user-agent': `${LIBRARY.name}/${LIBRARY.version}`,
      ...(failures > 0 && { 'x-retry-count': String(failures) }),
    },
    body: `{"batch":[${batch}],"sentAt":"${clock.now().toISOString()}"}`,
    timeoutMs: LIMITS.deliveryTimeoutMs,
  }
}
