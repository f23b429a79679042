import type { FastifyInstance } from 'fastify'
import { ApiError, notFound } from '../../kernel/api-error.ts'
import { newId } from '../../kernel/ids.ts'
import { inTransaction, type Tx } from '../../platform/db.ts'
import { type ManagementDoorDeps, openManagementDoor, toListView } from '../api/index.ts'
import {
  deleteBranding,
  findBranding,
  insertBranding,
  lockBranding,
  updateBranding,
} from './branding.repo.ts'
import { parseBrandingChanges, parseNewBranding } from './branding.schema.ts'
import { type Branding, EMPTY_BRANDING, toBrandingView } from './branding.ts'

type OfProject = { Params: { projectId: string } }
type OfBranding = { Params: { projectId: string; id: string } }
type Reference = OfBranding['Params']

/** Makes the brand of a project. Throws `invalid_payload`, and `branding_exist` when it has one (programs scenario 82). */
async function createBranding(
  tx: Tx,
  projectId: string,
  { body, now }: { body: unknown; now: Date },
): Promise<Branding> {
  const { brand, address, contact } = parseNewBranding(body)
  const branding: Branding = {
    id: newId('brand'),
    projectId,
    brand: { ...EMPTY_BRANDING.brand, ...brand },
    address: { ...EMPTY_BRANDING.address, ...address },
    contact: { ...EMPTY_BRANDING.contact, ...contact },
  }
  if (await insertBranding(tx, branding, now)) return branding
  throw new ApiError('branding_exist', {
    details: 'Cannot exist more than one branding for given project',
  })
}

/** Changes what `body` gives, field by field. Throws `not_found` and `invalid_payload`. */
async function changeBranding(
  tx: Tx,
  { projectId, id }: Reference,
  body: unknown,
): Promise<Branding> {
  const { brand, address, contact } = parseBrandingChanges(body)
  const stored = await lockBranding(tx, projectId)
  if (stored?.id !== id) throw notFound('branding', id)
  const branding: Branding = {
    ...stored,
    brand: { ...stored.brand, ...brand },
    address: { ...stored.address, ...address },
    contact: { ...stored.contact, ...contact },
  }
  await updateBranding(tx, branding)
  return branding
}

/** `/management/v1/projects/{projectId}/branding` on `app`, a scope of its own. A project has one brand, or none. */
export function brandingRoutes(app: FastifyInstance, deps: ManagementDoorDeps): void {
  openManagementDoor(app, deps)
  const { db, clock } = deps
  const path = '/management/v1/projects/:projectId/branding'
  const one = `${path}/:id`

  app.get<OfProject>(path, async ({ params: { projectId } }) => {
    const branding = await findBranding(db, projectId)
    const views = branding ? [toBrandingView(branding)] : []
    return toListView('data', views, views.length)
  })

  app.post<OfProject>(path, async ({ params: { projectId }, body }) => {
    const wish = { body, now: clock.now() }
    return toBrandingView(await inTransaction(db, (tx) => createBranding(tx, projectId, wish)))
  })

  app.get<OfBranding>(one, async ({ params: { projectId, id } }) => {
    const branding = await findBranding(db, projectId)
    if (branding?.id !== id) throw notFound('branding', id)
    return toBrandingView(branding)
  })

  app.put<OfBranding>(one, async ({ params, body }) =>
    toBrandingView(await inTransaction(db, (tx) => changeBranding(tx, params, body))),
  )

  app.delete<OfBranding>(one, async ({ params }, reply) => {
    const isDeleted = await inTransaction(db, (tx) => deleteBranding(tx, params))
    if (!isDeleted) throw notFound('branding', params.id)
    return reply.status(204).send()
  })
}
