import type { Json, JsonObject } from '../../kernel/json.ts'
import { compileFields } from '../fields/index.ts'
import { compileMapping } from '../mappings/index.ts'
import { compileTrigger } from '../triggers/index.ts'
import type {
  ActionDefinition,
  DestinationDefinition,
  RequestDecision,
  Settings,
} from './definition.ts'

/**
 * What the presets of `definition` make of `event`, with `values` over their mappings: each request, or the
 * sentences that refuse it.
 */
export function runPresets(
  definition: DestinationDefinition,
  { event, settings, values = {} }: { event: JsonObject; settings: Settings; values?: JsonObject },
): (RequestDecision | string)[] {
  return definition.presets.flatMap(({ trigger: text, action: key, mapping }) => {
    const trigger = compileTrigger(text)
    const action = definition.actions[key]
    if (!trigger.ok || !action) throw new Error(`the preset for ${key} cannot run`)
    if (!trigger.matches(event)) return []
    const resolved = compileMapping({ ...mapping, ...values } as Json)(event)
    const payload = compileFields(action.fields)(resolved)
    return [payload.ok ? requestOf(action, payload.value, settings) : payload.errors.join(' ')]
  })
}

/** What an action makes of one payload by itself. Throws for an action that is not one request. */
export function requestOf(
  action: ActionDefinition | undefined,
  payload: JsonObject,
  settings: Settings,
): RequestDecision {
  if (!action || !('toRequest' in action)) throw new Error('the action is not one request')
  return action.toRequest(payload, settings)
}
