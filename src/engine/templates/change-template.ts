import { ApiError } from '../../kernel/api-error.ts'
import { newSortableId } from '../../kernel/ids.ts'
import type { Tx } from '../../platform/db.ts'
import type { CampaignTemplate } from './campaign-template.ts'
import {
  getTemplate,
  insertTemplate,
  lockTemplate,
  lockTemplateNames,
  renameTemplate,
} from './template.repo.ts'
import { parseNewTemplate, parseTemplateChanges, parseTemplateCopy } from './template.schema.ts'
import { readOrigin } from './to-template.ts'

type Given = { body: unknown; now: Date }
type Named = { name: string; description?: string | null }

/** Makes a template of the campaign or tier that `body` names. Throws `duplicate_found`, and as `readOrigin`. */
export async function createTemplate(
  tx: Tx,
  projectId: string,
  { body, now }: Given,
): Promise<CampaignTemplate> {
  const { name, description, ...origin } = parseNewTemplate(body)
  const read = await readOrigin(tx, projectId, origin)
  return store(
    tx,
    { projectId, ...read },
    { named: { name, description: description ?? null }, now },
  )
}

/** Gives a template another name or description. Throws `not_found` and `duplicate_found`. */
export async function changeTemplate(
  tx: Tx,
  reference: { projectId: string; id: string },
  { body, now }: Given,
): Promise<CampaignTemplate> {
  const { name, description } = parseTemplateChanges(body)
  await lockTemplateNames(tx, reference.projectId)
  const stored = await lockTemplate(tx, reference)
  const template: CampaignTemplate = {
    ...stored,
    name: name ?? stored.name,
    description: description === undefined ? stored.description : description,
    updatedAt: now,
  }
  if (!(await renameTemplate(tx, template))) throw duplicateName(template.name)
  return template
}

/**
 * Copies a template to the project that `destinationOf` makes of the one `body` names. Throws `not_found` and
 * `duplicate_found`.
 */
export async function copyTemplate(
  tx: Tx,
  reference: { projectId: string; id: string },
  { body, now, destinationOf }: Given & { destinationOf: (id: string) => Promise<string> },
): Promise<CampaignTemplate> {
  const { name, description, destination_project_id } = parseTemplateCopy(body)
  const template = await getTemplate(tx, reference)
  const projectId = await destinationOf(destination_project_id)
  const named = {
    name,
    description: description === undefined ? template.description : description,
  }
  return store(tx, { ...template, projectId }, { named, now })
}

async function store(
  tx: Tx,
  {
    projectId,
    campaignType,
    content,
  }: Pick<CampaignTemplate, 'projectId' | 'campaignType' | 'content'>,
  { named, now }: { named: Named; now: Date },
): Promise<CampaignTemplate> {
  const template: CampaignTemplate = {
    id: newSortableId('campaignTemplate', now.getTime()),
    projectId,
    name: named.name,
    description: named.description ?? null,
    campaignType,
    content,
    createdAt: now,
    updatedAt: null,
  }
  await lockTemplateNames(tx, projectId)
  if (!(await insertTemplate(tx, template))) throw duplicateName(template.name)
  return template
}

const duplicateName = (name: string): ApiError =>
  new ApiError('duplicate_found', {
    details: `Duplicated campaign_template exists with name ${name}`,
    resource: { type: 'campaign_template', id: name },
  })
