import type { FastifyInstance } from 'fastify'
import { command, parsePage, toCall, toListView } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { findCustomers } from '../customers/index.ts'
import { listSegmentActivities } from './activity.repo.ts'
import { changeSegment, createSegment, deleteSegment } from './change-segments.ts'
import { findSegmentsOf, getSegment } from './find-memberships.ts'
import { listSegments } from './segment.repo.ts'
import { parseSegment, parseSegmentChanges, parseSegmentList } from './segment.schema.ts'
import { toSegmentView, toSimpleSegment } from './segment-view.ts'

type OfId = { Params: { id: string } }
type OfReference = { Params: { reference: string } }

/** `/v1/segments` (engine-programs §5.2), and the segments of a customer. */
export function segmentRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.get('/v1/segments', async (request) => {
    const { projectId } = toCall(request, deps)
    const list = parseSegmentList(request.query)
    const { segments, total } = await listSegments(deps.db, projectId, list)
    return toListView('data', segments.map(toSegmentView), total)
  })

  app.post('/v1/segments', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const segment = await createSegment(tx, call, parseSegment(request.body))
      return { status: 200, body: toSegmentView(segment) }
    }),
  )

  app.get<OfId>('/v1/segments/:id', async (request) => {
    const { projectId } = toCall(request, deps)
    return toSegmentView(await getSegment(deps.db, projectId, request.params.id))
  })

  app.put<OfId>('/v1/segments/:id', (request, reply) =>
    command(deps, request, reply, async (tx, call) => {
      const changes = parseSegmentChanges(request.body)
      const segment = await changeSegment(tx, call, request.params.id, changes)
      return { status: 200, body: toSegmentView(segment) }
    }),
  )

  app.get<OfId>('/v1/segments/:id/activities', async (request) => {
    const { projectId } = toCall(request, deps)
    const page = parsePage(request.query)
    const { id } = await getSegment(deps.db, projectId, request.params.id)
    const { activities, total } = await listSegmentActivities(deps.db, id, page)
    return {
      ...toListView('data', activities, total),
      has_more: page.offset + activities.length < total,
    }
  })

  app.delete<OfId>('/v1/segments/:id', (request, reply) =>
    command(deps, request, reply, async (tx, { projectId }) => {
      await deleteSegment(tx, projectId, request.params.id)
      return { status: 204, body: undefined }
    }),
  )

  app.get<OfReference>('/v1/customers/:reference/segments', async (request) => {
    const { projectId, now } = toCall(request, deps)
    const [customer] = await findCustomers(deps.db, projectId, [request.params.reference])
    const segments = await findSegmentsOf(deps.db, { projectId, now }, customer)
    return toListView('data', segments.map(toSimpleSegment), segments.length)
  })
}
