import { ApiError, notFound } from '../../kernel/api-error.ts'
import { newId } from '../../kernel/ids.ts'
import type { Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { Vault } from '../../platform/secrets.ts'
import { toEventName } from './event-names.ts'
import { newWebhookSecret } from './secret.ts'
import {
  deleteWebhook,
  findWebhook,
  insertWebhook,
  lockWebhook,
  lockWebhooksOf,
  replaceSecret,
  updateWebhook,
  type WebhookReference,
} from './webhook.repo.ts'
import type { Webhook } from './webhook.ts'

/** What a caller wishes a webhook to be. */
export type WebhookWish = Pick<Webhook, 'targetUrl' | 'events' | 'isEnabled'>

/**
 * Adds a webhook with a secret of its own; from here on its events are queued for it. Throws `invalid_payload`
 * for a target that is no http(s) URL, for an event there is not, and beyond `LIMITS.webhooksPerProjectMax`.
 */
export async function createWebhook(
  tx: Tx,
  projectId: string,
  wish: WebhookWish,
  { vault, now }: { vault: Vault; now: Date },
): Promise<Webhook> {
  const stored = check(wish)
  if ((await lockWebhooksOf(tx, projectId)) >= LIMITS.webhooksPerProjectMax) {
    throw new ApiError('webhook_limit_reached', {
      details: `A project has at most ${LIMITS.webhooksPerProjectMax} webhooks`,
    })
  }
  const reference = { projectId, id: newId('webhook') }
  await insertWebhook(tx, reference, {
    ...stored,
    secretSealed: vault.seal(newWebhookSecret()),
    now,
  })
  return getStored(tx, reference)
}

/**
 * Changes what is given. A webhook that was disabled by itself starts afresh when it is enabled: what waits for
 * it is sent. Throws as `createWebhook` does, and `not_found`.
 */
export async function changeWebhook(
  tx: Tx,
  reference: WebhookReference,
  changes: { [Field in keyof WebhookWish]?: WebhookWish[Field] | undefined },
  now: Date,
): Promise<Webhook> {
  const current = await lockWebhook(tx, reference)
  if (!current) throw notFound('webhook', reference.id)
  const { targetUrl, events, isEnabled } = current
  const wish = {
    targetUrl: changes.targetUrl ?? targetUrl,
    events: changes.events ?? events,
    isEnabled: changes.isEnabled ?? isEnabled,
  }
  await updateWebhook(tx, reference, { ...check(wish), now })
  return getStored(tx, reference)
}

/** Deletes a webhook with all that was to be sent to it; throws `not_found`. */
export async function removeWebhook(tx: Tx, reference: WebhookReference): Promise<void> {
  if (!(await deleteWebhook(tx, reference))) throw notFound('webhook', reference.id)
}

/** Gives a webhook a new secret, which signs at once; the one before signs beside it for a day. */
export async function rotateSecret(
  tx: Tx,
  reference: WebhookReference,
  { vault, now }: { vault: Vault; now: Date },
): Promise<string> {
  if (!(await lockWebhook(tx, reference))) throw notFound('webhook', reference.id)
  const secret = newWebhookSecret()
  await replaceSecret(tx, reference, {
    secretSealed: vault.seal(secret),
    oldExpiresAt: new Date(now.getTime() + LIMITS.webhookOldSecretMs),
  })
  return secret
}

async function getStored(tx: Tx, reference: WebhookReference): Promise<Webhook> {
  const webhook = await findWebhook(tx, reference)
  if (!webhook) throw notFound('webhook', reference.id)
  return webhook
}

function check(wish: WebhookWish): WebhookWish & { eventNames: string[] } {
  checkTargetUrl(wish.targetUrl)
  const eventNames = wish.events.map((spelling, index) => {
    const name = toEventName(spelling)
    if (name !== undefined) return name
    throw new ApiError('invalid_payload', {
      details: `Property .events[${index}] '${spelling}' is not an event`,
    })
  })
  return { ...wish, eventNames: [...new Set(eventNames)] }
}

/** Throws `invalid_payload` for what is no http(s) URL. Whether its address may be called is asked when it is (D-16). */
export function checkTargetUrl(targetUrl: string): void {
  if (/^https?:\/\//i.test(targetUrl) && URL.canParse(targetUrl)) return
  throw new ApiError('invalid_payload', {
    details: 'Property .target_url should be a URL that begins with http:// or https://',
  })
}
