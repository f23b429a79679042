import type { Explain } from '../../kernel/explain.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { HttpRequest } from '../../platform/http/index.ts'
import {
  type ActionDefinition,
  type DestinationDefinition,
  inspectMapping,
  type MappingJson,
  type Remark,
  type Settings,
} from '../destinations/index.ts'
import { explainFields } from '../fields/index.ts'
import type { FilterRule } from '../filters/index.ts'
import { explainMapping } from '../mappings/index.ts'
import {
  compileDestination,
  decideCall,
  decideFilter,
  discardedReason,
  type Fate,
  type FilterReason,
  visibleEvent,
} from '../process-batch/index.ts'
import { compileTrigger, explainTrigger } from '../triggers/index.ts'

/** A mapping as somebody is writing it, for a destination that is set up. */
export type Draft = {
  definition: DestinationDefinition
  settings: Settings
  actionKey: string
  action: ActionDefinition
  trigger: string
  mapping: MappingJson
  /** The enabled filters of the destination. */
  filters: readonly FilterRule[]
}

export type Preview = {
  /** What keeps the event away from every mapping of the destination; tests and previews pass it by. */
  filter: FilterReason | null
  /** What that leaves open: the title of the filter. */
  filterMessage: string | null
  /** The event as triggers and mappings see it, without what property filters take away. */
  visible: JsonObject
  /** Whether the trigger holds; null when it cannot be read. */
  match: Explain | null
  /** What is wrong with the draft, place by place, and what is doubtful. */
  problems: Remark[]
  warnings: Remark[]
  /** How the mapping came to its payload; null when the draft is no valid mapping. */
  mapping: Explain | null
  /** What the action's fields say of that payload; null when there is none. */
  fields: Explain | null
  /** What would be kept as the payload of the delivery, and null when the mapping made none. */
  payload: unknown
  /** Why nothing could be sent, as the delivery would say it; null when something could. */
  refusal: { reason: string; message: string } | null
  /** Null, too, of an action that sends by itself: its requests are known only with the answers. */
  request: HttpRequest | null
}

/**
 * What `draft` would make of `event`, whether its trigger holds or not (§6.10). Payload, refusal and request
 * are those of the path that real events take, so that a preview cannot promise what a delivery does not do;
 * the explanations come from the explaining evaluators of the three languages. Pure.
 */
export function previewMapping(draft: Draft, event: JsonObject): Preview {
  const { action, actionKey, definition, settings, trigger: text, mapping } = draft
  const destination = compileDestination(
    {
      id: '',
      projectId: '',
      sourceId: '',
      definition: definition.slug,
      settings,
      ordering: 'best_effort',
      concurrency: 1,
      createdAt: new Date(0),
      enabledAt: new Date(0),
      filters: [...draft.filters],
      version: '',
      mappings: [
        {
          id: '',
          name: '',
          action: actionKey,
          trigger: text,
          mapping,
          isEnabled: true,
          sortOrder: 0,
        },
      ],
    },
    definition,
  )
  const [runnable] = destination.mappings
  const trigger = compileTrigger(text)
  const keptAway = decideFilter(destination, event)
  const visible = visibleEvent(destination, event)
  const preview = {
    filter: keptAway?.reason ?? null,
    filterMessage: keptAway?.message ?? null,
    visible,
    match: trigger.ok ? explainTrigger(trigger.ast, visible) : null,
    ...inspectMapping(action, { trigger: text, mapping }),
  }
  const nothing = { mapping: null, fields: null, payload: null, refusal: null, request: null }
  if (!runnable) return { ...preview, ...nothing }

  const explained = explainMapping(mapping, visible)
  const fate = decideCall(destination, runnable, visible)
  return {
    ...preview,
    mapping: explained.explain,
    fields: explained.error === undefined ? explainFields(action.fields, explained.value) : null,
    payload: fate.kind === 'filtered' ? null : fate.payload,
    ...decisionOf(fate, settings),
  }
}

/** The request, that of a batch of one where the mapping asks for batches, or why there is none. */
function decisionOf(fate: Fate, settings: Settings): Pick<Preview, 'refusal' | 'request'> {
  if (fate.kind === 'refused')
    return { refusal: { reason: fate.reason, message: fate.message }, request: null }
  if (fate.kind === 'filtered') return { refusal: null, request: null }
  const { action } = fate.mapping
  const request =
    fate.batch && 'toRequest' in action
      ? (action.toBatchRequest?.([fate.payload], settings) ?? null)
      : fate.request
  return request && 'reason' in request
    ? { refusal: { reason: discardedReason(request), message: request.message }, request: null }
    : { refusal: null, request }
}
