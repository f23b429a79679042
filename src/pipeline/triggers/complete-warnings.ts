import { readStrictly } from './reading/read-strictly.ts'
import type { TriggerAst, TriggerWarning, TriggerWarningCode } from './trigger.ts'
import { triggerToText } from './trigger-to-text.ts'

/** Warnings about what the whole trigger has become, not only one condition. */
const STRUCTURAL: ReadonlySet<TriggerWarningCode> = new Set([
  'mixed_connectives',
  'parentheses_cut',
  'not_read',
  'no_connective',
])

/**
 * The warnings of a loose reading, with how the trigger is read and how to write what was probably meant:
 * what the strict reading, in which `and` binds tighter than `or`, makes of the same text.
 */
export function completeWarnings(
  text: string,
  { ast, warnings }: { ast: TriggerAst; warnings: readonly TriggerWarning[] },
): readonly TriggerWarning[] {
  if (warnings.length === 0) return warnings
  const readAs = triggerToText(ast)
  const strict = readStrictly(text)
  const meant = strict.ok ? triggerToText(strict.ast) : readAs
  return warnings.map((warning) => {
    const isStructural = STRUCTURAL.has(warning.code)
    return {
      ...warning,
      message: isStructural
        ? `${warning.message} The trigger is read as: ${readAs}`
        : warning.message,
      ...(meant !== readAs && { suggestion: meant }),
    }
  })
}
