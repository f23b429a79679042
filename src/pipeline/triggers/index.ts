/**
 * Triggers: the small language that says on which events a mapping fires, by example in README.md.
 * Start at compile-trigger.ts. Pure: read once, then a closure per trigger runs for each event.
 */
export { compileTrigger, type InvalidTrigger, type Trigger } from './compile-trigger.ts'
export { explainTrigger } from './explain-trigger.ts'
export type { TriggerField } from './field.ts'
export type { TriggerOperator } from './operator.ts'
export type {
  TriggerAst,
  TriggerCondition,
  TriggerEvent,
  TriggerGroup,
  TriggerNode,
  TriggerWarning,
} from './trigger.ts'
export { triggerToText } from './trigger-to-text.ts'
