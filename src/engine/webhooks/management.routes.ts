import type { FastifyInstance, FastifyRequest } from 'fastify'
import { notFound } from '../../kernel/api-error.ts'
import { toIso } from '../../kernel/time.ts'
import { inTransaction } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { compileBodyCheck, openManagementDoor, toListView } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { changeWebhook, createWebhook, removeWebhook } from './change-webhook.ts'
import { findWebhook, listWebhooks, type WebhookReference } from './webhook.repo.ts'
import type { Webhook } from './webhook.ts'

type ManagementDeps = Pick<EngineDeps, 'db' | 'clock' | 'vault' | 'authentication'>
type OfProject = { Params: { projectId: string } }
type OfWebhook = { Params: { projectId: string; webhookId: string } }

export const WEBHOOK_BODY = {
  type: 'object',
  required: ['target_url', 'events'],
  properties: {
    target_url: { type: 'string', maxLength: LIMITS.textLengthMax },
    events: { type: 'array', items: { type: 'string', maxLength: LIMITS.nameLengthMax } },
    active: { type: ['boolean', 'null'] },
  },
}

const checkBody = compileBodyCheck<{
  target_url: string
  events: string[]
  active?: boolean | null
}>(WEBHOOK_BODY)

/**
 * `/management/v1/projects/{projectId}/webhooks` (engine-programs §15.1) on `app`, a scope of its own: the
 * reference's way to the webhooks of `/api/v1/webhooks`. `X-Management-Id` is the id of a project and
 * `X-Management-Token` its admin token.
 */
export function webhookManagementRoutes(app: FastifyInstance, deps: ManagementDeps): void {
  const { db, clock, vault } = deps
  openManagementDoor(app, deps)
  const path = '/management/v1/projects/:projectId/webhooks'
  const one = `${path}/:webhookId`

  app.get<OfProject>(path, async ({ params: { projectId } }) => {
    const webhooks = await listWebhooks(db, { projectId, limit: LIMITS.webhooksPerProjectMax })
    return toListView('data', webhooks.map(toView), webhooks.length)
  })

  app.post<OfProject>(path, async ({ params: { projectId }, body }) => {
    const made = { vault, now: clock.now() }
    const wish = toWish(body)
    return toView(await inTransaction(db, (tx) => createWebhook(tx, projectId, wish, made)))
  })

  app.get<OfWebhook>(one, async (request) => {
    const reference = toReference(request)
    const webhook = await findWebhook(db, reference)
    if (!webhook) throw notFound('webhook', reference.id)
    return toView(webhook)
  })

  app.put<OfWebhook>(one, async (request) => {
    const reference = toReference(request)
    const wish = toWish(request.body)
    const now = clock.now()
    return toView(await inTransaction(db, (tx) => changeWebhook(tx, reference, wish, now)))
  })

  app.delete<OfWebhook>(one, async (request, reply) => {
    await inTransaction(db, (tx) => removeWebhook(tx, toReference(request)))
    return reply.status(204).send()
  })
}

const toReference = ({
  params: { projectId, webhookId },
}: FastifyRequest<OfWebhook>): WebhookReference => ({ projectId, id: webhookId })

function toWish(body: unknown): Pick<Webhook, 'targetUrl' | 'events' | 'isEnabled'> {
  const { target_url: targetUrl, events, active } = checkBody(body)
  return { targetUrl, events, isEnabled: active ?? true }
}

const toView = ({ id, targetUrl, events, isEnabled, createdAt }: Webhook) => ({
  id,
  target_url: targetUrl,
  events,
  active: isEnabled,
  created_at: toIso(createdAt),
  object: 'webhook',
})
