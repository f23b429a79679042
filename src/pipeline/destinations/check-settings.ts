import { type CompiledFields, compileFields, type FieldDefinitions } from '../fields/index.ts'
import type { RefusedRequest, Settings } from './definition.ts'

/** The part of a definition that says which settings are valid. */
export type SettingsRules<Checked extends Settings> = {
  settings: FieldDefinitions
  checkSettings?(settings: Checked): string | undefined
}

const compiled = new WeakMap<FieldDefinitions, CompiledFields>()

function compiledFields(fields: FieldDefinitions): CompiledFields {
  const check = compiled.get(fields) ?? compileFields(fields)
  compiled.set(fields, check)
  return check
}

/**
 * Checks settings against their fields (§5), then against what only the destination knows. Valid ones come
 * back coerced, without keys that the definition does not have.
 */
export function checkSettings<Checked extends Settings>(
  rules: SettingsRules<Checked>,
  settings: Settings,
): { ok: true; settings: Checked } | ({ ok: false } & RefusedRequest) {
  const checked = compiledFields(rules.settings)(settings)
  if (!checked.ok) return invalid(checked.errors.join(' '))
  const value = checked.value as Checked
  const problem = rules.checkSettings?.(value)
  return problem === undefined ? { ok: true, settings: value } : invalid(problem)
}

const invalid = (message: string): { ok: false } & RefusedRequest => ({
  ok: false,
  reason: 'INVALID_SETTINGS',
  message,
})
