import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ApiError, notFound } from '../../kernel/api-error.ts'
import { parseJsonBodies } from '../../platform/http/index.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { EngineDeps } from '../context.ts'
import { refuseUnstorableUrl } from './door.ts'

export type ManagementDoorDeps = Pick<EngineDeps, 'db' | 'clock' | 'authentication'>

/**
 * Opens the reference's door to the settings of a project on `app`, a scope of its own of which every path names
 * the project (engine-core §1.1). `X-Management-Id` is the id of a project and `X-Management-Token` its admin token.
 * Wrong keys are answered with `unauthorized`, a project that is not theirs with `not_found`.
 */
export function openManagementDoor(app: FastifyInstance, deps: ManagementDoorDeps): void {
  parseJsonBodies(app, LIMITS.managementBodyBytesMax)
  app.addHook('onRequest', (request) => admit(request, deps))
}

async function admit(
  { headers, params, url }: FastifyRequest,
  { authentication }: ManagementDoorDeps,
): Promise<void> {
  const { 'x-management-id': id, 'x-management-token': token } = headers
  const admin = typeof token === 'string' ? await authentication.findAdmin(token) : undefined
  if (!admin || admin.projectId !== id) throw new ApiError('unauthorized')
  refuseUnstorableUrl(url)
  const { projectId } = params as { projectId: string }
  if (projectId !== admin.projectId) throw notFound('project', projectId)
}
