import type { FastifyInstance } from 'fastify'
import { notFound } from '../../kernel/api-error.ts'
import { inTransaction } from '../../platform/db.ts'
import { type ManagementDoorDeps, openManagementDoor, toListView } from '../api/index.ts'
import {
  changeStackingRules,
  createStackingRules,
  deleteStackingRules,
} from './change-stacking-rules.ts'
import { findStoredRules } from './stacking-rules.repo.ts'
import { DEFAULT_STACKING_RULES } from './stacking-rules.ts'
import { toStackingRulesBody, toStoredView } from './stacking-rules-view.ts'

type OfProject = { Params: { projectId: string } }
type OfRules = { Params: { projectId: string; id: string } }

/**
 * `/management/v1/projects/{projectId}/stacking-rules` (engine-core §10.2) on `app`, a scope of its own. There is
 * always exactly one element; the defaults have no id.
 */
export function stackingRulesRoutes(app: FastifyInstance, deps: ManagementDoorDeps): void {
  openManagementDoor(app, deps)
  const { db, clock } = deps
  const path = '/management/v1/projects/:projectId/stacking-rules'
  const one = `${path}/:id`

  app.get<OfProject>(path, async ({ params: { projectId } }) => {
    const stored = await findStoredRules(db, projectId)
    const view = stored ? toStoredView(stored) : toStackingRulesBody(DEFAULT_STACKING_RULES)
    return toListView('data', [view], 1)
  })

  app.post<OfProject>(path, async ({ params: { projectId }, body }) => {
    const wish = { body, now: clock.now() }
    return toStoredView(await inTransaction(db, (tx) => createStackingRules(tx, projectId, wish)))
  })

  app.get<OfRules>(one, async ({ params: { projectId, id } }) => {
    const stored = await findStoredRules(db, projectId)
    if (stored?.id !== id) throw notFound('stacking_rules', id)
    return toStoredView(stored)
  })

  app.put<OfRules>(one, async ({ params, body }) => {
    const wish = { body, now: clock.now() }
    return toStoredView(await inTransaction(db, (tx) => changeStackingRules(tx, params, wish)))
  })

  app.delete<OfRules>(one, async ({ params }, reply) => {
    await inTransaction(db, (tx) => deleteStackingRules(tx, params))
    return reply.status(204).send()
  })
}
