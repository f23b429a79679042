import { notFound } from '../../kernel/api-error.ts'
import { inTransaction } from '../../platform/db.ts'
import {
  CREATED_CURSOR,
  listQuery,
  type ManagementScope,
  NOTHING,
  pageOf,
  parseCursor,
  toAdmin,
  toPage,
} from '../../platform/management/index.ts'
import type { EngineDeps } from '../context.ts'
import { changeWebhook, createWebhook, removeWebhook, rotateSecret } from './change-webhook.ts'
import { testWebhook } from './test-webhook.ts'
import { findSealedSecrets, findWebhook, listWebhooks } from './webhook.repo.ts'
import {
  NEW_WEBHOOK,
  SECRET_VIEW,
  TEST_BODY,
  TEST_VIEW,
  toWebhookView,
  WEBHOOK_CHANGES,
  WEBHOOK_PARAMS,
  WEBHOOK_VIEW,
} from './webhook.schema.ts'

export type WebhookDeps = Pick<EngineDeps, 'db' | 'clock' | 'vault' | 'send' | 'log'>

const tags = ['Webhooks']

/** `/api/v1/webhooks`: who is told the events of the engine (engine-programs §12). */
export function webhookRoutes(app: ManagementScope, deps: WebhookDeps): void {
  readRoutes(app, deps)
  createRoute(app, deps)
  changeRoutes(app, deps)
  secretRoutes(app, deps)
  testRoute(app, deps)
}

function readRoutes(app: ManagementScope, { db }: WebhookDeps): void {
  app.get(
    '/api/v1/webhooks',
    {
      schema: {
        operationId: 'listWebhooks',
        summary: 'List webhooks, oldest first',
        tags,
        querystring: listQuery({}),
        response: { 200: pageOf(WEBHOOK_VIEW).describe('A page of webhooks.') },
      },
    },
    async (request) => {
      const { limit, starting_after } = request.query
      const rows = await listWebhooks(db, {
        ...toAdmin(request),
        limit: limit + 1,
        after: parseCursor(starting_after, CREATED_CURSOR),
      })
      const { data, next } = toPage(rows, limit, (row) => [row.createdAt.getTime(), row.id])
      return { data: data.map(toWebhookView), next }
    },
  )

  app.get(
    '/api/v1/webhooks/:id',
    {
      schema: {
        operationId: 'getWebhook',
        summary: 'Get a webhook and how it fares',
        tags,
        params: WEBHOOK_PARAMS,
        response: { 200: WEBHOOK_VIEW },
      },
    },
    async (request) => {
      const reference = { ...toAdmin(request), id: request.params.id }
      const webhook = await findWebhook(db, reference)
      if (!webhook) throw notFound('webhook', reference.id)
      return toWebhookView(webhook)
    },
  )
}

function createRoute(app: ManagementScope, { db, clock, vault }: WebhookDeps): void {
  app.post(
    '/api/v1/webhooks',
    {
      schema: {
        operationId: 'createWebhook',
        summary: 'Tell an endpoint events from now on',
        tags,
        body: NEW_WEBHOOK,
        response: { 200: WEBHOOK_VIEW },
      },
    },
    async (request) => {
      const { projectId } = toAdmin(request)
      const { target_url: targetUrl, events, active: isEnabled } = request.body
      const wish = { targetUrl, events, isEnabled }
      const made = { vault, now: clock.now() }
      return toWebhookView(
        await inTransaction(db, (tx) => createWebhook(tx, projectId, wish, made)),
      )
    },
  )
}

function changeRoutes(app: ManagementScope, { db, clock }: WebhookDeps): void {
  app.patch(
    '/api/v1/webhooks/:id',
    {
      schema: {
        operationId: 'updateWebhook',
        summary: 'Enable or disable a webhook, or change its target or events',
        description: 'Enabled again, it is sent what waits for it.',
        tags,
        params: WEBHOOK_PARAMS,
        body: WEBHOOK_CHANGES,
        response: { 200: WEBHOOK_VIEW },
      },
    },
    async (request) => {
      const reference = { ...toAdmin(request), id: request.params.id }
      const { target_url: targetUrl, events, active: isEnabled } = request.body
      const changes = { targetUrl, events, isEnabled }
      const now = clock.now()
      return toWebhookView(
        await inTransaction(db, (tx) => changeWebhook(tx, reference, changes, now)),
      )
    },
  )

  app.delete(
    '/api/v1/webhooks/:id',
    {
      schema: {
        operationId: 'deleteWebhook',
        summary: 'Delete a webhook, and what it was to be sent',
        tags,
        params: WEBHOOK_PARAMS,
        response: { 204: NOTHING },
      },
    },
    async (request, reply) => {
      const reference = { ...toAdmin(request), id: request.params.id }
      await inTransaction(db, (tx) => removeWebhook(tx, reference))
      return reply.status(204).send()
    },
  )
}

function secretRoutes(app: ManagementScope, { db, clock, vault }: WebhookDeps): void {
  app.get(
    '/api/v1/webhooks/:id/secret',
    {
      schema: {
        operationId: 'getWebhookSecret',
        summary: 'Get the secret that signs',
        tags,
        params: WEBHOOK_PARAMS,
        response: { 200: SECRET_VIEW },
      },
    },
    async (request) => {
      const reference = { ...toAdmin(request), id: request.params.id }
      const sealed = await findSealedSecrets(db, reference, clock.now())
      if (!sealed) throw notFound('webhook', reference.id)
      return { secret: vault.open(sealed.secretSealed) }
    },
  )

  app.post(
    '/api/v1/webhooks/:id/secret/rotate',
    {
      schema: {
        operationId: 'rotateWebhookSecret',
        summary: 'Sign with a new secret from now on',
        description: 'For a day, `webhook-signature` is also made with the secret before.',
        tags,
        params: WEBHOOK_PARAMS,
        response: { 200: SECRET_VIEW },
      },
    },
    async (request) => {
      const reference = { ...toAdmin(request), id: request.params.id }
      const made = { vault, now: clock.now() }
      return { secret: await inTransaction(db, (tx) => rotateSecret(tx, reference, made)) }
    },
  )
}

function testRoute(app: ManagementScope, deps: WebhookDeps): void {
  app.post(
    '/api/v1/webhooks/:id/test',
    {
      schema: {
        operationId: 'testWebhook',
        summary: 'Send a message now, once, and tell what came of it',
        description: 'It is signed as every other and stands in no log. Its `data` is empty.',
        tags,
        params: WEBHOOK_PARAMS,
        body: TEST_BODY,
        response: { 200: TEST_VIEW },
      },
    },
    async (request) =>
      testWebhook(deps, { ...toAdmin(request), id: request.params.id }, request.body?.event),
  )
}
