import type { FastifyInstance } from 'fastify'
import { ApiError } from '../../kernel/api-error.ts'
import { type Authentication, findFirstProject } from '../auth/index.ts'
import { type Db, statement } from '../db.ts'
import type { Metrics } from '../metrics.ts'
import { bearerToken } from './bearer.ts'

const PING = statement('ping', 'select 1 as pong')
const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])

type Deps = {
  db: Db
  /** Throws while calls could not be appended to the log. */
  checkLog: () => Promise<void>
  metrics: Metrics
  authentication: Authentication
}

/**
 * `/health/live` (the process answers), `/health/ready` (the database and the log answer) and `/metrics` in
 * Prometheus text, for callers on this machine or with the admin token of the first project: it counts for all.
 */
export function registerHealth(app: FastifyInstance, deps: Deps): void {
  const { db, checkLog, metrics } = deps
  app.addHook('onResponse', async (request, reply) => {
    metrics.requestSeconds.observe(
      {
        method: request.method,
        route: request.routeOptions.url ?? 'none',
        status: reply.statusCode,
      },
      reply.elapsedTime / 1000,
    )
  })
  app.get('/health/live', async () => ({ status: 'live' }))
  app.get('/health/ready', async () => {
    await Promise.all([db.run(PING, []), checkLog()])
    return { status: 'ready' }
  })
  app.get('/metrics', async (request, reply) => {
    const token = bearerToken(request)
    if (!LOOPBACK.has(request.ip) && !(token && (await isOperator(deps, token))))
      throw new ApiError('unauthorized')
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics())
  })
}

async function isOperator({ db, authentication }: Deps, token: string): Promise<boolean> {
  const admin = await authentication.findAdmin(token)
  return admin !== undefined && admin.projectId === (await findFirstProject(db))
}
