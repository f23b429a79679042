import { isPlainObject, type Json, type JsonObject } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import type { HttpRequest } from '../../platform/http/index.ts'
import { LIMITS } from '../../platform/limits.ts'
import { VERSION } from '../../platform/package.ts'
import { toWebhookData } from '../outbox/index.ts'
import type { Message, Told } from './message.ts'
import { toReferenceSignature, toStandardSignature } from './secret.ts'

/** Where a message goes. */
export type Target = {
  id: string
  projectId: string
  targetUrl: string
  /** Sent along (WH-5). */
  headers: Readonly<Record<string, string>>
  /** The secret in use first, then the one before while it is still honoured. */
  secrets: readonly [string, ...string[]]
}

/** The body of a webhook, the same in every attempt. */
export function toBody(
  { event, part, ...message }: Pick<Message, 'id' | 'event' | 'part' | 'createdAt'>,
  told: Told,
  { id, projectId, targetUrl }: Pick<Target, 'id' | 'projectId' | 'targetUrl'>,
): JsonObject {
  const occurred = { data: told.data, createdAt: toIso(told.createdAt) }
  return toEnvelope({
    ...message,
    projectId,
    type: event,
    data: toWebhookData({ event, part }, occurred),
    source: { id, object: 'webhook', target_url: targetUrl },
    told,
  })
}

/** What an endpoint is told, and of what it is told. */
export type Envelope = {
  id: string
  projectId: string
  createdAt: Date
  type: string
  data: JsonObject
  source: { id: string; object: 'webhook' | 'distribution'; target_url: string }
  told: Told
}

/** The envelope in which everything is told (engine-programs §12.1). */
export function toEnvelope({ told, ...envelope }: Envelope): JsonObject {
  return {
    id: envelope.id,
    project_id: envelope.projectId,
    created_at: toIso(envelope.createdAt),
    type: envelope.type,
    data: envelope.data as Json,
    source: envelope.source,
    event: {
      id: told.id,
      type: told.type,
      created_at: toIso(told.createdAt),
      entity_id: told.customerId ?? mainEntityId(told),
      group_id: told.groupId,
      event_source: {
        channel: told.channel,
        ...(told.appId !== null && { api_key: { app_id: told.appId } }),
      },
    },
  }
}

/** Where the first word of a type is not the name of what it is about. */
const ENTITY_NAMES: Readonly<Record<string, string>> = { business_validation_rule: 'rule' }

/** The id of what a type begins with: of `voucher.created`, the voucher. */
function mainEntityId({ type, data }: Told): Json {
  const [word = ''] = type.split('.', 1)
  const entity = data[ENTITY_NAMES[word] ?? word]
  return isPlainObject(entity) && typeof entity['id'] === 'string' ? entity['id'] : null
}

/** A message as it goes out, signed for the reference's receivers (WH-1) and for those of Standard Webhooks. */
export function toWebhookRequest(
  { id, text }: { id: string; text: string },
  { targetUrl, secrets, headers }: Pick<Target, 'targetUrl' | 'secrets' | 'headers'>,
  now: Date,
): HttpRequest {
  const timestampS = Math.floor(now.getTime() / 1_000)
  return {
    method: 'POST',
    url: targetUrl,
    headers: {
      'user-agent': `Promoloop/${VERSION}`,
      ...headers,
      'content-type': 'application/json',
      'x-voucherify-signature': toReferenceSignature(secrets[0], text),
      'webhook-id': id,
      'webhook-timestamp': String(timestampS),
      'webhook-signature': toStandardSignature(secrets, { id, timestampS, body: text }),
    },
    body: text,
    timeoutMs: LIMITS.deliveryTimeoutMs,
  }
}
