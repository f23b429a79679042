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
import {
  DELIVERIES_FILTER,
  DELIVERY_CURSOR,
  DELIVERY_VIEW,
  findSealedSecrets,
  listDeliveries,
  requeueFailed,
  SECRET_VIEW,
  toDeliveryView,
  WEBHOOK_REPLAY,
  WEBHOOK_REPLAY_VIEW,
} from '../webhooks/index.ts'
import {
  changeDistribution,
  createDistribution,
  getDistribution,
  removeDistribution,
  toShown,
} from './change-distribution.ts'
import { findDistribution, listDistributions } from './distribution.repo.ts'
import {
  DISTRIBUTION_CHANGES,
  DISTRIBUTION_PARAMS,
  DISTRIBUTION_VIEW,
  DISTRIBUTIONS_QUERY,
  NEW_DISTRIBUTION,
  toChanges,
  toDistributionView,
  toWish,
} from './distribution.schema.ts'

type Deps = Pick<EngineDeps, 'db' | 'clock' | 'vault' | 'announced'>

const tags = ['Distributions']

/** `/api/v1/distributions`: messages to customers about what happens to them (engine-programs §12.2). */
export function distributionRoutes(app: ManagementScope, deps: Deps): void {
  readRoutes(app, deps)
  secretRoute(app, deps)
  changeRoutes(app, deps)
  pauseRoutes(app, deps)
  deleteRoute(app, deps)
  deliveryRoutes(app, deps)
  replayRoute(app, deps)
}

function readRoutes(app: ManagementScope, { db, vault }: Deps): void {
  app.get(
    '/api/v1/distributions',
    {
      schema: {
        operationId: 'listDistributions',
        summary: 'List distributions, newest first',
        tags,
        querystring: DISTRIBUTIONS_QUERY,
        response: { 200: pageOf(DISTRIBUTION_VIEW).describe('A page of distributions.') },
      },
    },
    async (request) => {
      const { limit, starting_after, status, event, campaign_id, segment_id } = request.query
      const rows = await listDistributions(db, toAdmin(request).projectId, {
        status,
        trigger: event,
        campaignId: campaign_id,
        segmentId: segment_id,
        limit: limit + 1,
        after: parseCursor(starting_after, CREATED_CURSOR),
      })
      const { data, next } = toPage(rows, limit, (row) => [row.createdAt.getTime(), row.id])
      return { data: data.map((row) => toDistributionView(toShown(row, vault))), next }
    },
  )

  app.get(
    '/api/v1/distributions/:id',
    {
      schema: {
        operationId: 'getDistribution',
        summary: 'Get a distribution and how it fares',
        tags,
        params: DISTRIBUTION_PARAMS,
        response: { 200: DISTRIBUTION_VIEW },
      },
    },
    async (request) => {
      const reference = { ...toAdmin(request), id: request.params.id }
      return toDistributionView(toShown(await getDistribution(db, reference), vault))
    },
  )
}

function secretRoute(app: ManagementScope, { db, clock, vault }: Deps): void {
  app.get(
    '/api/v1/distributions/:id/secret',
    {
      schema: {
        operationId: 'getDistributionSecret',
        summary: 'Get the secret that signs',
        tags,
        params: DISTRIBUTION_PARAMS,
        response: { 200: SECRET_VIEW },
      },
    },
    async (request) => {
      const reference = {
        ...toAdmin(request),
        id: request.params.id,
        kind: 'distribution' as const,
      }
      const sealed = await findSealedSecrets(db, reference, clock.now())
      if (!sealed) throw notFound('distribution', reference.id)
      return { secret: vault.open(sealed.secretSealed) }
    },
  )
}

function changeRoutes(app: ManagementScope, { db, clock, vault }: Deps): void {
  app.post(
    '/api/v1/distributions',
    {
      schema: {
        operationId: 'createDistribution',
        summary: 'Send customers a message upon what happens to them, or by hand',
        tags,
        body: NEW_DISTRIBUTION,
        response: { 200: DISTRIBUTION_VIEW },
      },
    },
    async (request) => {
      const { projectId } = toAdmin(request)
      const wish = toWish(request.body)
      const made = { vault, now: clock.now() }
      const created = await inTransaction(db, (tx) => createDistribution(tx, projectId, wish, made))
      return toDistributionView(toShown(created, vault))
    },
  )

  app.patch(
    '/api/v1/distributions/:id',
    {
      schema: {
        operationId: 'updateDistribution',
        summary: 'Change a distribution',
        description:
          'What is queued stays as it is. `headers`, `limits` and `trigger` are replaced as a whole.',
        tags,
        params: DISTRIBUTION_PARAMS,
        body: DISTRIBUTION_CHANGES,
        response: { 200: DISTRIBUTION_VIEW },
      },
    },
    async (request) => {
      const reference = { ...toAdmin(request), id: request.params.id }
      const changes = toChanges(request.body)
      const made = { vault, now: clock.now() }
      const changed = await inTransaction(db, (tx) =>
        changeDistribution(tx, reference, changes, made),
      )
      return toDistributionView(toShown(changed, vault))
    },
  )
}

function pauseRoutes(app: ManagementScope, { db, clock, vault, announced }: Deps): void {
  const ways = [
    { act: 'pause', isEnabled: false, summary: 'Send nothing, and queue nothing of what happens' },
    { act: 'resume', isEnabled: true, summary: 'Go on; what was queued before is sent' },
  ] as const
  for (const { act, isEnabled, summary } of ways) {
    app.post(
      `/api/v1/distributions/:id/${act}`,
      {
        schema: {
          operationId: `${act}Distribution`,
          summary,
          tags,
          params: DISTRIBUTION_PARAMS,
          response: { 200: DISTRIBUTION_VIEW },
        },
      },
      async (request) => {
        const reference = { ...toAdmin(request), id: request.params.id }
        const made = { vault, now: clock.now() }
        const changed = await inTransaction(db, (tx) =>
          changeDistribution(tx, reference, { isEnabled }, made),
        )
        announced()
        return toDistributionView(toShown(changed, vault))
      },
    )
  }
}

function deleteRoute(app: ManagementScope, { db }: Deps): void {
  app.delete(
    '/api/v1/distributions/:id',
    {
      schema: {
        operationId: 'deleteDistribution',
        summary: 'Delete a distribution, and what it was to send',
        tags,
        params: DISTRIBUTION_PARAMS,
        response: { 204: NOTHING },
      },
    },
    async (request, reply) => {
      const reference = { ...toAdmin(request), id: request.params.id }
      await inTransaction(db, (tx) => removeDistribution(tx, reference))
      return reply.status(204).send()
    },
  )
}

function deliveryRoutes(app: ManagementScope, { db }: Deps): void {
  app.get(
    '/api/v1/distributions/:id/deliveries',
    {
      schema: {
        operationId: 'listDistributionDeliveries',
        summary: 'List the messages of a distribution, newest first',
        description:
          '`last_failure` says why one was not sent: `daily_limit`, `monthly_limit`, or why there was no code to give. ' +
          '`GET /api/v1/webhook-deliveries/{id}` shows one with its body, `…/replay` sends it again.',
        tags,
        params: DISTRIBUTION_PARAMS,
        querystring: listQuery(DELIVERIES_FILTER),
        response: { 200: pageOf(DELIVERY_VIEW).describe('A page of deliveries.') },
      },
    },
    async (request) => {
      const reference = { ...toAdmin(request), id: request.params.id }
      const { limit, starting_after, ...narrowing } = request.query
      await requireDistribution(db, reference)
      const rows = await listDeliveries(db, reference.projectId, {
        ...narrowing,
        webhookId: reference.id,
        limit: limit + 1,
        before: parseCursor(starting_after, DELIVERY_CURSOR),
      })
      const { data, next } = toPage(rows, limit, ({ position }) => [position])
      return { data: data.map(toDeliveryView), next }
    },
  )
}

function replayRoute(app: ManagementScope, { db, clock, announced }: Deps): void {
  app.post(
    '/api/v1/distributions/:id/replays',
    {
      schema: {
        operationId: 'replayDistribution',
        summary: 'Send again what failed in a range of time',
        tags,
        params: DISTRIBUTION_PARAMS,
        body: WEBHOOK_REPLAY,
        response: { 200: WEBHOOK_REPLAY_VIEW },
      },
    },
    async (request) => {
      const reference = { ...toAdmin(request), id: request.params.id }
      await requireDistribution(db, reference)
      const wish = { ...request.body, webhookId: reference.id, now: clock.now() }
      const queued = await inTransaction(db, (tx) => requeueFailed(tx, reference.projectId, wish))
      announced()
      return { queued }
    },
  )
}

async function requireDistribution(
  db: EngineDeps['db'],
  reference: { projectId: string; id: string },
): Promise<void> {
  if (!(await findDistribution(db, reference))) throw notFound('distribution', reference.id)
}
