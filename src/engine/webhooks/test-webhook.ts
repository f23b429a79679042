import { ApiError, notFound } from '../../kernel/api-error.ts'
import { newId, newRequestId } from '../../kernel/ids.ts'
import { decideAttempt } from './decide-attempt.ts'
import { toEventName } from './event-names.ts'
import { attempt, type SendDeps, toAnswer, toTarget } from './send-round.ts'
import { toBody } from './to-request.ts'
import { findSealedSecrets, findWebhook, type WebhookReference } from './webhook.repo.ts'

export type WebhookTest = {
  delivered: boolean
  status: number | null
  failure: string | null
  answer: string | null
  ms: number
}

/**
 * Sends an endpoint, enabled or not, one message that tells nothing, and resolves with what came of it. Throws
 * `not_found`, and `invalid_payload` for an event there is not.
 */
export async function testWebhook(
  deps: SendDeps,
  reference: WebhookReference,
  wishedEvent: string | undefined,
): Promise<WebhookTest> {
  const now = deps.clock.now()
  const webhook = await findWebhook(deps.db, reference)
  const sealed = await findSealedSecrets(deps.db, reference, now)
  if (!webhook || !sealed) throw notFound('webhook', reference.id)
  const spelling = wishedEvent ?? webhook.events[0] ?? ''
  const event = toEventName(spelling)
  if (event === undefined) {
    throw new ApiError('invalid_payload', {
      details: `Property .event '${spelling}' is not an event`,
    })
  }

  const target = toTarget(deps, { ...webhook, ...sealed })
  const id = newId('webhookMessage')
  const body = toBody({ id, event, part: 0, createdAt: now }, toNothing(event, now), target)
  const { result, ms } = await attempt(deps, target, { id, text: JSON.stringify(body) })
  const outcome = decideAttempt({ result, attempts: 1, now, chance: 0 })
  const failure = outcome.kind === 'delivered' ? null : outcome.failure
  return { delivered: outcome.kind === 'delivered', failure, ...toAnswer(result), ms }
}

/** An occurrence of nothing. */
const toNothing = (type: string, createdAt: Date) => ({
  id: newId('occurrence'),
  type,
  customerId: null,
  groupId: newRequestId(),
  channel: 'INTERNAL',
  appId: null,
  data: {},
  createdAt,
})
