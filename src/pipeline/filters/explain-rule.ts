import type { Explain } from '../../kernel/explain.ts'
import type { Json, JsonObject } from '../../kernel/json.ts'
import { calculateShare } from './calculate-share.ts'
import { compileFilter } from './compile-filter.ts'
import { compileRules, toEdits } from './compile-rules.ts'
import { editFields } from './edit-fields.ts'
import { explainFilter } from './explain-filter.ts'
import { type FilterAction, type FilterRule, STAGES } from './filter-action.ts'
import { readPath } from './reading/read-path.ts'

/** What one filter does with one event. */
export type ExplainedRule = {
  /** Whether the event is sent on, as far as this filter goes. */
  passes: boolean
  /** Why the condition holds or not; null when it cannot be read. */
  match: Explain | null
  /** What each action says of the event, in the order of the stages; none where the condition does not hold. */
  actions: Explain[]
  /** The event as mappings see it; null when it is not sent. */
  event: JsonObject | null
}

/**
 * What `rule` does with `event`, and why. `passes` and `event` come from the filter that real events run
 * through, so a preview cannot promise what a destination does not do.
 */
export function explainRule(rule: FilterRule, event: JsonObject): ExplainedRule {
  const compiled = compileRules([rule])
  const passes = compiled?.keptBackBy(event) === undefined
  const filter = compileFilter(rule.condition)
  const match = filter.ok ? explainFilter(filter.ast, event) : null
  const actions = [...rule.actions].sort((a, b) => STAGES.indexOf(a.type) - STAGES.indexOf(b.type))
  return {
    passes,
    match,
    actions: match?.passed ? actions.map((action) => explainAction(action, event)) : [],
    event: passes && compiled ? compiled.toVisible(event) : null,
  }
}

function explainAction(action: FilterAction, event: JsonObject): Explain {
  if (action.type === 'DROP')
    return { what: 'DROP', passed: false, message: 'The event is not sent' }
  if (action.type === 'SAMPLE') {
    const { percent, path } = action
    const names = path === undefined ? undefined : readPath(path)
    const share = calculateShare(event, names)
    return {
      what: `SAMPLE ${percent} by ${path ?? 'messageId'}`,
      passed: share < percent,
      expected: percent,
      actual: share,
      message: 'The event is sent when its place between 0 and 1 is below the share',
    }
  }
  const removed: Json[] = []
  const edits = toEdits(action.fields, action.type === 'ALLOW_PROPERTIES') ?? []
  editFields(event, edits, (path) => removed.push(path))
  return { what: action.type, passed: true, actual: removed, message: 'The members that go' }
}
