import type { Json, JsonObject } from '../../kernel/json.ts'
import type {
  ActionDefinition,
  DeliverableDestination,
  DestinationDefinition,
  MappingJson,
} from '../destinations/index.ts'
import { type CompiledFields, compileFields } from '../fields/index.ts'
import { type CompiledRules, compileRules } from '../filters/index.ts'
import { type CompiledMapping, compileMapping } from '../mappings/index.ts'
import { compileTrigger } from '../triggers/index.ts'

/** An enabled mapping, ready to run for each event. */
export type RunnableMapping = {
  id: string
  matches(event: JsonObject): boolean
  resolve: CompiledMapping
  check: CompiledFields
  action: ActionDefinition
  /** As it is stored. */
  mapping: MappingJson
}

/** A destination with everything that can be worked out before the first event comes. */
export type CompiledDestination = Omit<
  DeliverableDestination,
  'mappings' | 'filters' | 'definition'
> & {
  /** The key in the Integrations object of calls. */
  name: string
  supportedCalls: ReadonlySet<string>
  /** In the order of the screen. */
  mappings: readonly RunnableMapping[]
  /** Its filters; undefined when none is enabled. */
  rules: CompiledRules | undefined
}

/** Compiles the enabled mappings and the filters of `destination`. A mapping whose action the definition lacks is left out. */
export function compileDestination(
  { mappings, filters, definition: _slug, ...destination }: DeliverableDestination,
  definition: DestinationDefinition,
): CompiledDestination {
  return {
    ...destination,
    name: definition.name,
    supportedCalls: new Set<string>(definition.supportedCalls),
    mappings: mappings
      .filter(({ isEnabled }) => isEnabled)
      .sort((a, b) => a.sortOrder - b.sortOrder)
      .flatMap((mapping) => compileStored(mapping, definition)),
    rules: compileRules(filters),
  }
}

type StoredMapping = DeliverableDestination['mappings'][number]

function compileStored(
  { id, action: key, trigger: text, mapping }: StoredMapping,
  { actions }: DestinationDefinition,
): RunnableMapping[] {
  const action = Object.hasOwn(actions, key) ? actions[key] : undefined
  if (!action) return []
  const trigger = compileTrigger(text)
  return [
    {
      id,
      // A trigger that cannot be read never fires (§4.1 rule 8); saving one is refused.
      matches: trigger.ok ? trigger.matches : () => false,
      resolve: compileOrRefuse(mapping),
      check: compileFields(action.fields),
      action,
      mapping,
    },
  ]
}

/** A mapping that was stored by another version and is invalid now refuses each event with what is wrong. */
function compileOrRefuse(mapping: Json): CompiledMapping {
  try {
    return compileMapping(mapping)
  } catch (error) {
    return () => {
      throw error
    }
  }
}
