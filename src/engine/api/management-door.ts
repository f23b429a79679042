import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ApiError, notFound } from '../../kernel/api-error.ts'
import { hasProject, type Manager } from '../../platform/auth/index.ts'
import type { Db } from '../../platform/db.ts'
import { parseJsonBodies } from '../../platform/http/index.ts'
import { LIMITS } from '../../platform/limits.ts'
import { createRateLimiter } from '../../platform/rate-limit.ts'
import type { EngineDeps } from '../context.ts'
import { missingPermission, refuseUnstorableUrl } from './door.ts'

export type ManagementDoorDeps = Pick<EngineDeps, 'db' | 'clock' | 'authentication'>

declare module 'fastify' {
  interface FastifyRequest {
    /** Who authenticated at the reference's management API; undefined elsewhere. */
    manager: Manager | undefined
  }
}

/**
 * Opens the reference's door to projects and their settings on `app`, a scope of its own (engine-core §1.1).
 * `X-Management-Id` and `X-Management-Token` are a management key, which opens every project, or the id of a project
 * and its admin token. Wrong keys are answered with `unauthorized`; a project in the path that is not theirs, or is no
 * more, with `not_found`.
 */
export function openManagementDoor(app: FastifyInstance, deps: ManagementDoorDeps): void {
  parseJsonBodies(app, LIMITS.managementBodyBytesMax)
  app.decorateRequest('manager', undefined)
  const limiter = createRateLimiter({
    clock: deps.clock,
    callsMax: LIMITS.managementCallsPerMinuteMax,
    windowMs: 60_000,
  })
  app.addHook('onRequest', async (request, reply) => {
    const manager = await authenticate(request, deps)
    request.manager = manager
    const { isExceeded, retryAfterS } = limiter.take(manager.projectId ?? '')
    if (isExceeded) {
      reply.header('retry-after', retryAfterS).header('x-rate-limit-type', 'api_calls')
      throw new ApiError('too_many_requests')
    }
    refuseUnstorableUrl(request.url)
    const { projectId } = request.params as { projectId?: string }
    if (projectId !== undefined && !(await isOpenProject(deps.db, manager, projectId))) {
      throw notFound('project', projectId)
    }
  })
}

async function authenticate(
  { headers }: FastifyRequest,
  { authentication }: ManagementDoorDeps,
): Promise<Manager> {
  const { 'x-management-id': id, 'x-management-token': token } = headers
  if (typeof id !== 'string' || typeof token !== 'string') throw new ApiError('unauthorized')
  const manager = await authentication.findManager(id, token)
  if (!manager) throw new ApiError('unauthorized')
  return manager
}

/** Whether a project exists for `manager`. */
export async function isOpenProject(db: Db, manager: Manager, projectId: string): Promise<boolean> {
  if (manager.projectId !== undefined) return manager.projectId === projectId
  return hasProject(db, projectId)
}

/** Who calls. */
export function toManager({ manager }: Pick<FastifyRequest, 'manager'>): Manager {
  if (!manager) throw new ApiError('unauthorized')
  return manager
}

/** Throws `missing_required_permission` for the admin token of one project: only a management key opens this. */
export function requireOrganization(request: Pick<FastifyRequest, 'manager'>): void {
  if (toManager(request).projectId !== undefined) throw missingPermission()
}
