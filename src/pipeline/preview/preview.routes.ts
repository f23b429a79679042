import { ApiError, notFound } from '../../kernel/api-error.ts'
import type { Db } from '../../platform/db.ts'
import type { HttpRequest } from '../../platform/http/index.ts'
import { type ManagementScope, toAdmin } from '../../platform/management/index.ts'
import type { PipelineDeps } from '../context.ts'
import {
  type Destination,
  defaultMapping,
  definitionOf,
  findAction,
  findMapping,
  getDestination,
  inspectTrigger,
  listFilters,
  type MappingJson,
  openSettings,
  secretsOf,
} from '../destinations/index.ts'
import { getSource } from '../sources/index.ts'
import { compileTrigger } from '../triggers/index.ts'
import { countMatches } from './count-matches.ts'
import { findSample, lastEvents, type Sample } from './find-sample.ts'
import {
  COUNT_BODY,
  COUNT_VIEW,
  PREVIEW_BODY,
  PREVIEW_VIEW,
  TEST_VIEW,
  toCountView,
  toPreviewView,
  toResponseView,
} from './preview.schema.ts'
import { type Draft, type Preview, previewMapping } from './preview-mapping.ts'
import { redactRequest } from './redact-request.ts'
import { sendDraft } from './send-draft.ts'

type PreviewDeps = Pick<PipelineDeps, 'db' | 'eventLog' | 'vault' | 'send'>

const tags = ['Destinations']

/** `/api/v1/mappings/preview`, `/api/v1/mappings/test`, `/api/v1/triggers/count` (pipeline §6.10). */
export function previewRoutes(app: ManagementScope, deps: PreviewDeps): void {
  previewRoute(app, deps)
  testRoute(app, deps)
  countRoute(app, deps)
}

function previewRoute(app: ManagementScope, deps: PreviewDeps): void {
  app.post(
    '/api/v1/mappings/preview',
    {
      schema: {
        operationId: 'previewMapping',
        summary: 'Show what a mapping, saved or not, would make of an event; nothing is sent',
        tags,
        body: PREVIEW_BODY,
        response: { 200: PREVIEW_VIEW },
      },
    },
    async (request) => {
      const { preview, sample, redact } = await tryMapping(deps, toAdmin(request), request.body)
      return toPreviewView(redact(preview), sample)
    },
  )
}

function testRoute(app: ManagementScope, deps: PreviewDeps): void {
  app.post(
    '/api/v1/mappings/test',
    {
      schema: {
        operationId: 'testMapping',
        summary: 'Send an event through a mapping, saved or not, and show what came back',
        description:
          'The request is really sent, whether the trigger holds or not, also while the destination or ' +
          'the mapping is disabled. It is no delivery: it is not recorded, and not tried again.',
        tags,
        body: PREVIEW_BODY,
        response: { 200: TEST_VIEW },
      },
    },
    async (request) => {
      const tried = await tryMapping(deps, toAdmin(request), request.body)
      const { draft, preview, sample, redact, hide } = tried
      const sent = await sendDraft(deps.send, { draft, preview, event: preview.visible })
      return {
        ...toPreviewView(redact({ ...preview, request: sent.request }), sample),
        response: sent.response && toResponseView(sent.response, hide),
      }
    },
  )
}

function countRoute(app: ManagementScope, { db, eventLog }: PreviewDeps): void {
  app.post(
    '/api/v1/triggers/count',
    {
      schema: {
        operationId: 'countTriggerMatches',
        summary: 'Count on how many recent events of a source a trigger holds, with near misses',
        tags,
        body: COUNT_BODY,
        response: { 200: COUNT_VIEW },
      },
    },
    async (request) => {
      const { source_id, trigger: text, events } = request.body
      const { projectId } = toAdmin(request)
      const source = await getSource(db, projectId, source_id)
      const { problems, warnings } = inspectTrigger(text)
      const trigger = compileTrigger(text)
      if (!trigger.ok) {
        const details = problems.map(({ path, message }) => `${path}: ${message}`).join('; ')
        throw new ApiError('invalid_payload', { details })
      }
      const entries = await lastEvents(eventLog, { projectId, sourceId: source.id }, events)
      return { ...toCountView(countMatches(trigger, entries)), warnings }
    },
  )
}

type Wish = {
  destination_id: string
  mapping_id?: string | undefined
  action?: string | undefined
  trigger?: string | undefined
  mapping?: MappingJson | undefined
  event?: Sample['event'] | undefined
  message_id?: string | undefined
}

type Trial = {
  draft: Draft
  preview: Preview
  sample: Sample
  /** The preview without the secrets of the destination. */
  redact: (preview: Preview) => Preview
  hide: (text: string) => string
}

async function tryMapping(
  { db, eventLog, vault }: PreviewDeps,
  { projectId }: { projectId: string },
  wish: Wish,
): Promise<Trial> {
  const destination = await getDestination(db, { projectId, id: wish.destination_id })
  const definition = definitionOf(destination)
  const settings = openSettings(definition, destination.settings, vault)
  const filters = await listFilters(db, { destinationId: destination.id })
  const draft = {
    ...(await toDraft(db, destination, wish)),
    definition,
    settings,
    filters: filters.filter(({ isEnabled }) => isEnabled),
  }
  const sample = await findSample(
    eventLog,
    { projectId, sourceId: destination.sourceId },
    { event: wish.event, messageId: wish.message_id, trigger: draft.trigger },
  )
  const secrets = secretsOf(definition, settings)
  const shown = (request: HttpRequest): HttpRequest => redactRequest(request, secrets)
  return {
    draft,
    preview: previewMapping(draft, sample.event),
    sample,
    redact: (preview) => ({ ...preview, request: preview.request && shown(preview.request) }),
    hide: (text) => shown({ method: 'GET', url: '', headers: {}, body: text }).body ?? '',
  }
}

/** The draft that is wished: what is given, else what is stored, else the defaults of the action. */
async function toDraft(
  db: Db,
  destination: Destination,
  { mapping_id: id, ...wish }: Wish,
): Promise<Pick<Draft, 'actionKey' | 'action' | 'trigger' | 'mapping'>> {
  const stored =
    id === undefined ? undefined : await findMapping(db, { destinationId: destination.id, id })
  if (id !== undefined && !stored) throw notFound('mapping', id)
  const actionKey = wish.action ?? stored?.action
  if (actionKey === undefined) {
    const details = 'Property .action is required when there is no .mapping_id'
    throw new ApiError('invalid_payload', { details })
  }
  const action = findAction(definitionOf(destination), actionKey)
  if (!action) throw notFound('action', actionKey)
  return {
    actionKey,
    action,
    trigger: wish.trigger ?? stored?.trigger ?? action.defaultTrigger,
    mapping: wish.mapping ?? stored?.mapping ?? defaultMapping(action),
  }
}
