import type { JsonObject } from '../../kernel/json.ts'
import { calculateShare } from './calculate-share.ts'
import { compileFilter, type Matcher } from './compile-filter.ts'
import { editFields, type FieldEdit } from './edit-fields.ts'
import type { FilterEvent } from './filter.ts'
import { type FilterAction, type FilterFields, type FilterRule, STAGES } from './filter-action.ts'
import { readPath } from './reading/read-path.ts'

/** The filters of a destination, ready to run for each event. */
export type CompiledRules = {
  /** Which filter keeps the event from being sent, by its title; undefined when none does. */
  keptBackBy(event: FilterEvent): string | undefined
  /** The event as mappings see it. `event` itself stays as it is, and is the answer when no filter changes it. */
  toVisible(event: JsonObject): JsonObject
}

type Gate = { keepsBack: Matcher; title: string }
type Edit = { matches: Matcher; edits: readonly FieldEdit[] }

/**
 * Compiles filters, undefined when there are none. An event passes all of them stage by stage: Sample, Drop,
 * DropProperties, AllowProperties (§2.3 rule 3). Conditions always look at the event as it came, so that what one
 * filter takes away cannot hide the event from another. One that cannot be read keeps back every event.
 */
export function compileRules(rules: readonly FilterRule[]): CompiledRules | undefined {
  if (rules.length === 0) return undefined
  const compiled = rules.map(compileRule)
  const unreadable = compiled.flatMap(({ unreadable: title }) => title ?? [])
  const staged = STAGES.flatMap((stage) =>
    compiled.flatMap(({ steps }) => steps.filter(({ type }) => type === stage)),
  )
  const gates = staged.flatMap(({ step }) => ('keepsBack' in step ? [step] : []))
  const edits = staged.flatMap(({ step }) => ('edits' in step ? [step] : []))
  return {
    keptBackBy: (event) => unreadable[0] ?? gates.find(({ keepsBack }) => keepsBack(event))?.title,
    toVisible: (event) => {
      let visible = event
      for (const { matches, edits: own } of edits)
        if (matches(event)) visible = editFields(visible, own)
      return visible
    },
  }
}

type CompiledRule = {
  steps: readonly { type: string; step: Gate | Edit }[]
  /** What to say of a filter that cannot be read. */
  unreadable?: string
}

function compileRule({ title, condition, actions }: FilterRule): CompiledRule {
  const filter = compileFilter(condition)
  const unreadable = { steps: [], unreadable: `${title} (cannot be read)` }
  if (!filter.ok) return unreadable
  const steps = actions.flatMap((action) => {
    const step = compileAction(action, filter.matches, title)
    return step ? [{ type: action.type, step }] : []
  })
  return steps.length === actions.length ? { steps } : unreadable
}

/** Undefined for an action that this version does not understand. */
function compileAction(
  action: FilterAction,
  matches: Matcher,
  title: string,
): Gate | Edit | undefined {
  switch (action.type) {
    case 'DROP':
      return { keepsBack: matches, title }
    case 'SAMPLE': {
      const { percent } = action
      const path = action.path === undefined ? undefined : readPath(action.path)
      if (typeof percent !== 'number' || (action.path !== undefined && !path)) return undefined
      return {
        keepsBack: (event) => matches(event) && calculateShare(event, path) >= percent,
        title,
      }
    }
    case 'DROP_PROPERTIES':
    case 'ALLOW_PROPERTIES': {
      const edits = toEdits(action.fields, action.type === 'ALLOW_PROPERTIES')
      return edits && { matches, edits }
    }
    default:
      return undefined
  }
}

/** The edits that `fields` say; undefined when a path cannot be read. */
export function toEdits(fields: FilterFields, isAllowed: boolean): FieldEdit[] | undefined {
  const edits: FieldEdit[] = []
  for (const [text, names] of Object.entries(fields)) {
    const path = text === '' ? [] : readPath(text)
    if (!path || !Array.isArray(names)) return undefined
    edits.push({ path, names: new Set(names), isAllowed })
  }
  return edits
}
