import type { FastifyInstance } from 'fastify'
import type { Tx } from '../../platform/db.ts'
import { type Answer, command, requireIntegrationKey, toCall, toListView } from '../api/index.ts'
import type { Call, EngineDeps } from '../context.ts'
import {
  type PublicationInput,
  parsePublication,
  parsePublicationQuery,
  parseSinglePublication,
} from './publication.schema.ts'
import { listPublications, parsePublicationList } from './publication-list.repo.ts'
import { showPublications } from './publication-view.ts'
import { publish, readTexts, toPublicationAnswer, toVoucherAnswer } from './publish.ts'

/** Answers `POST /v1/publications` and its client-side twin. */
export const answerPublication = (
  tx: Tx,
  call: Call,
  { body, query }: { body: unknown; query: unknown },
): Promise<Answer> => answer(tx, call, parsePublication(body, query))

const answer = async (tx: Tx, call: Call, input: PublicationInput): Promise<Answer> =>
  toPublicationAnswer(tx, call, await publish(tx, call, input))

/** `/v1/publications` (engine-programs §11.2). */
export function publicationRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.post('/v1/publications', (request, reply) =>
    command(deps, request, reply, (tx, call) => answerPublication(tx, call, request)),
  )

  // Older clients ask here, and are answered the voucher.
  app.post('/v1/vouchers/publish', (request, reply) =>
    command(deps, request, reply, async (tx, call) =>
      toVoucherAnswer(tx, call, await publish(tx, call, parseSinglePublication(request))),
    ),
  )

  app.get('/v1/publications/create', async (request, reply) => {
    requireIntegrationKey(request)
    return command(deps, request, reply, async (tx, call) => {
      const input = parsePublicationQuery(request.query)
      return answer(tx, call, await readTexts(tx, call, input))
    })
  })

  app.get('/v1/publications', async (request) => {
    const { projectId } = toCall(request, deps)
    const list = parsePublicationList(request.query)
    const { publications, total } = await listPublications(deps.db, projectId, list)
    return toListView(
      'publications',
      await showPublications(deps.db, projectId, publications),
      total,
    )
  })
}
