import type { JsonObject } from '../../kernel/json.ts'
import type { HttpRequest, InProcessDoor } from '../../platform/http/index.ts'
import type { PipelineDeps } from '../context.ts'
import type { Batch, CompiledDestination, RunnableMapping } from '../process-batch/index.ts'
import { type Answered, answersOf, answersThrough } from './answers-of.ts'
import { decideRetry } from './decide-retry.ts'
import type { DeliveryResult } from './delivery.ts'

/** What is to be sent of one (event, mapping), and what is known of earlier attempts. */
export type Call = {
  mapping: RunnableMapping
  payload: JsonObject
  /** The event it came of; undefined when the log no longer has it. */
  event: JsonObject | undefined
  /** Null when the action sends by itself, or when the call goes with others. */
  request: HttpRequest | null
  /** With which others it goes; null when alone. */
  batch: Batch | null
  messageId: string
  userKey: string
  attempts: number
  firstAttemptAt: Date | null
  /** How often the cause of the event has been through the loop (D-18). */
  hops: number
  /** How often it was sent anew after it had failed with an answer. */
  replays: number
}

export type AttemptDeps = Pick<PipelineDeps, 'send' | 'doors' | 'clock' | 'log' | 'db' | 'vault'>

export type Attempted = {
  result: DeliveryResult
  /** Until when nothing else should be sent to the destination. */
  pausesUntil: Date | undefined
}

/** Calls that go out together. */
export type CallGroup<C extends Call = Call> = {
  /** One call, or those of a batch; of a door as many as you like, each with a request of its own. */
  calls: readonly C[]
  door: InProcessDoor | undefined
}

/** Sends the calls of a group once, and says for each of them what follows. */
export async function attemptCalls(
  deps: AttemptDeps,
  destination: CompiledDestination,
  { calls, door }: CallGroup,
): Promise<Attempted[]> {
  const began = deps.clock.now()
  const answers = door
    ? await answersThrough(door, deps, calls)
    : await answersOf(deps, destination, calls)
  const now = deps.clock.now()
  return calls.map((call, index) => concludeCall(call, answers[index] as Answered, { began, now }))
}

function concludeCall(
  call: Call,
  { attempt, message, response }: Answered,
  { began, now }: { began: Date; now: Date },
): Attempted {
  const firstAttemptAt = call.firstAttemptAt ?? began
  const attempts = call.attempts + 1
  const jitter = Math.random()
  const decision = decideRetry({ result: attempt, attempts, firstAttemptAt, now, jitter })
  const isPending = decision.outcome === 'pending'
  return {
    pausesUntil: isPending ? decision.pausesUntil : undefined,
    result: {
      outcome: decision.outcome,
      reason: decision.outcome === 'delivered' ? null : decision.reason,
      message: decision.outcome === 'delivered' ? null : message,
      status: response?.status ?? null,
      attempts,
      response: response?.body ?? null,
      requestId: response?.requestId ?? null,
      firstAttemptAt,
      finishedAt: isPending ? null : now,
      nextAttemptAt: isPending ? decision.nextAttemptAt : null,
    },
  }
}
