import type { FastifyInstance } from 'fastify'
import type { Db, Tx } from '../../platform/db.ts'
import { type Answer, command, toCall } from '../api/index.ts'
import type { Call, EngineDeps } from '../context.ts'
import { type CampaignTemplate, toExpandedView, toTemplateView } from './campaign-template.ts'
import { changeTemplate, createTemplate } from './change-template.ts'
import { deleteTemplate, getTemplate, listTemplates } from './template.repo.ts'
import {
  parseCampaignSetup,
  parseTemplateList,
  parseTemplateQuery,
  parseTierSetup,
} from './template.schema.ts'
import { setUpCampaign, setUpTier } from './use-template.ts'

type OfTemplate = { Params: { id: string } }

/** The answer of a list of templates, on both doors. */
export async function showTemplateList(
  db: Db,
  projectId: string,
  query: unknown,
): Promise<Record<string, unknown>> {
  const { templates, hasMore, total } = await listTemplates(db, projectId, parseTemplateList(query))
  return {
    object: 'list',
    data_ref: 'campaign_templates',
    campaign_templates: templates.map(toTemplateView),
    ...(total !== undefined && { total }),
    has_more: hasMore,
    ...(hasMore && { more_starting_after: templates.at(-1)?.id }),
  }
}

/** `/v1/templates/campaigns`. */
export function templateRoutes(app: FastifyInstance, deps: EngineDeps): void {
  const path = '/v1/templates/campaigns'
  const one = `${path}/:id`

  app.get(path, (request) => {
    const { projectId } = toCall(request, deps)
    return showTemplateList(deps.db, projectId, request.query)
  })

  app.post(path, (request, reply) =>
    command(deps, request, reply, async (tx, { projectId, now }) =>
      show(await createTemplate(tx, projectId, { body: request.body, now })),
    ),
  )

  app.get<OfTemplate>(one, async (request) => {
    const { projectId } = toCall(request, deps)
    const { expand } = parseTemplateQuery(request.query)
    const template = await getTemplate(deps.db, { projectId, id: request.params.id })
    return expand ? toExpandedView(template) : toTemplateView(template)
  })

  app.put<OfTemplate>(one, (request, reply) =>
    command(deps, request, reply, async (tx, { projectId, now }) => {
      const reference = { projectId, id: request.params.id }
      return show(await changeTemplate(tx, reference, { body: request.body, now }))
    }),
  )

  app.delete<OfTemplate>(one, (request, reply) =>
    command(deps, request, reply, async (tx, { projectId }) => {
      await deleteTemplate(tx, { projectId, id: request.params.id })
      return { status: 204, body: undefined }
    }),
  )

  app.post<OfTemplate>(`${one}/campaign-setup`, (request, reply) => {
    const setup = parseCampaignSetup(request.body)
    return command(deps, request, reply, (tx, call) =>
      use(tx, call, request.params.id, (template) => setUpCampaign(tx, call, template, setup)),
    )
  })

  app.post<OfTemplate>(`${one}/tier-setup`, (request, reply) => {
    const setup = parseTierSetup(request.body)
    return command(deps, request, reply, (tx, call) =>
      use(tx, call, request.params.id, (template) => setUpTier(tx, call, template, setup)),
    )
  })
}

const show = (template: CampaignTemplate): Answer => ({
  status: 200,
  body: toTemplateView(template),
})

async function use(
  tx: Tx,
  { projectId }: Call,
  id: string,
  make: (template: CampaignTemplate) => Promise<object>,
): Promise<Answer> {
  return { status: 200, body: await make(await getTemplate(tx, { projectId, id })) }
}
