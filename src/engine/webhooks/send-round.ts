import { isId } from '../../kernel/ids.ts'
import { monotonicMs } from '../../platform/clock.ts'
import { NetworkError } from '../../platform/http/index.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { EngineDeps } from '../context.ts'
import {
  type AttemptOutcome,
  decideAttempt,
  decideRound,
  type RoundOutcome,
} from './decide-attempt.ts'
import type { Message } from './message.ts'
import { type LeasedEndpoint, type Report, readQueue, settle } from './queue.repo.ts'
import { openHeaders } from './secret.ts'
import { type Target, toBody, toWebhookRequest } from './to-request.ts'
import type { AttemptResult } from './webhook.ts'

export type SendDeps = Pick<EngineDeps, 'db' | 'clock' | 'log' | 'vault' | 'send'>

/**
 * Sends a leased endpoint what it is to be sent, up to a few messages side by side, records what came of it and
 * gives the lease back. One that took nothing last time is tried with a single message.
 */
export async function sendRound(deps: SendDeps, endpoint: LeasedEndpoint): Promise<void> {
  const { db, clock, log } = deps
  const messages = await readQueue(db, {
    endpointId: endpoint.id,
    now: clock.now(),
    limit: endpoint.health.failures > 0 ? 1 : LIMITS.webhookMessagesInFlightMax,
  })
  const target = toTarget(deps, endpoint)
  const reports = await Promise.all(messages.map((message) => report(deps, target, message)))
  const now = clock.now()
  const round = decideRound({
    before: endpoint.health,
    tried: reports.flatMap(({ message: { told, createdAt }, outcome }) =>
      told ? [{ outcome, createdAt }] : [],
    ),
    now,
  })
  await settle(db, endpoint, { reports, round, now })
  logRound(log, endpoint, round)
}

/** An endpoint with its secrets opened. */
export const toTarget = (
  { vault }: Pick<SendDeps, 'vault'>,
  endpoint: Pick<
    LeasedEndpoint,
    'id' | 'projectId' | 'targetUrl' | 'secretSealed' | 'oldSecretSealed' | 'headersSealed'
  >,
): Target => ({
  id: endpoint.id,
  projectId: endpoint.projectId,
  targetUrl: endpoint.targetUrl,
  headers: openHeaders(vault, endpoint.headersSealed),
  secrets: [
    vault.open(endpoint.secretSealed),
    ...(endpoint.oldSecretSealed === null ? [] : [vault.open(endpoint.oldSecretSealed)]),
  ],
})

/** What a message met whose occurrence is no longer stored. */
const ERASED: AttemptOutcome = { kind: 'failed', failure: 'erased', isGone: false }

async function report(deps: SendDeps, target: Target, message: Message): Promise<Report> {
  const { told } = message
  // What a distribution sends is not made of the occurrence alone.
  if (!told || (message.body === null && isId('distribution', target.id)))
    return { message, outcome: ERASED, status: null, answer: null, ms: 0 }
  const { result, ms } = await attempt(deps, target, {
    id: message.id,
    text: message.body ?? JSON.stringify(toBody(message, told, target)),
  })
  const outcome = decideAttempt({
    result,
    attempts: message.attempts + 1,
    now: deps.clock.now(),
    chance: Math.random(),
  })
  return { message, outcome, ...toAnswer(result), ms }
}

/** What is kept of an answer. */
export const toAnswer = (
  result: AttemptResult,
): { status: number | null; answer: string | null } =>
  result.kind === 'answer'
    ? {
        status: result.status,
        // PostgreSQL stores no U+0000.
        answer: result.body.replaceAll('\0', '').slice(0, LIMITS.storedResponseCharsMax),
      }
    : { status: null, answer: null }

/** Sends a message once; how long that took is in milliseconds. */
export async function attempt(
  { send, clock, log }: Pick<SendDeps, 'send' | 'clock' | 'log'>,
  target: Target,
  message: Parameters<typeof toWebhookRequest>[0],
): Promise<{ result: AttemptResult; ms: number }> {
  const startedAt = monotonicMs()
  const since = (): number => Math.round(monotonicMs() - startedAt)
  try {
    const { status, headers, body } = await send(toWebhookRequest(message, target, clock.now()))
    return {
      result: { kind: 'answer', status, retryAfter: headers['retry-after'], body },
      ms: since(),
    }
  } catch (error) {
    if (error instanceof NetworkError)
      return { result: { kind: 'no-answer', code: error.code }, ms: since() }
    log.error({ err: error, webhookId: target.id }, 'attempt to send a webhook broke')
    return { result: { kind: 'no-answer', code: 'UNEXPECTED' }, ms: since() }
  }
}

function logRound(
  log: SendDeps['log'],
  { id, projectId, health: before }: LeasedEndpoint,
  { health, disabledReason }: RoundOutcome,
): void {
  const fields = { webhookId: id, projectId, failure: health.lastFailure }
  if (disabledReason) log.warn({ ...fields, disabledReason }, 'webhook disabled')
  // The first failure of a row is news, the hundredth is not.
  else if (health.failures === 1 && before.failures === 0) log.warn(fields, 'webhook fails')
}
