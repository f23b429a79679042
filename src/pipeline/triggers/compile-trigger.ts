import type { Matcher } from './compile-condition.ts'
import { compileNode } from './compile-node.ts'
import { completeWarnings } from './complete-warnings.ts'
import { readTrigger } from './read-trigger.ts'
import type { TriggerAst, TriggerWarning } from './trigger.ts'

export type Trigger = {
  ok: true
  /** Whether the trigger fires on an event. Allocates nothing, never throws, takes well under a microsecond. */
  matches: Matcher
  /** Where the text is read otherwise than it looks, in its order (D-10). */
  warnings: readonly TriggerWarning[]
  ast: TriggerAst
}

/** Why a text is no trigger. `position` counts from 0 in UTF-16 units. */
export type InvalidTrigger = { ok: false; message: string; position: number }

/**
 * The trigger that `text` says. It fires on exactly the events on which the published
 * `@segment/destination-subscriptions` lets it fire, for every text that package accepts, but that text in
 * single quotes is a text and only own members are found (§4, D-10). Takes time linear in the text.
 */
export function compileTrigger(text: string): Trigger | InvalidTrigger {
  const reading = readTrigger(text)
  if (!reading.ok) return reading
  const { ast } = reading
  return {
    ok: true,
    matches: compileNode(ast),
    warnings: completeWarnings(text, reading),
    ast,
  }
}
