import type { Explain } from '../../kernel/explain.ts'
import { examine } from './examine.ts'
import type { FieldDefinitions } from './field.ts'
import { toLevel } from './shape.ts'

/**
 * Why `fields` accept a payload or do not: a part for each field with what it expects, what it got and the
 * sentences of §5.5, members and items beneath it; then the keys that are left out. Agrees with the compiled
 * check. Throws `FieldDefinitionError` as that does.
 */
export function explainFields(fields: FieldDefinitions, payload: unknown): Explain {
  const { own, parts, errors } = examine(toLevel(fields), payload)
  return {
    what: 'payload',
    passed: errors.length === 0,
    ...(own.length > 0 && { message: own.join(' ') }),
    parts: [...parts],
  }
}
