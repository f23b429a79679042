import type { Problem } from '../../../kernel/text-cursor.ts'
import type { TriggerAst, TriggerWarning } from '../trigger.ts'
import { readLoosely } from './read-loosely.ts'
import { readStrictly } from './read-strictly.ts'

/** Reading takes time in proportion; nobody writes a longer one by hand. */
const LENGTH_MAX = 100_000

export type Reading =
  | { ok: true; ast: TriggerAst; warnings: readonly TriggerWarning[] }
  | ({ ok: false } & Problem)

/**
 * What `text` says: loosely when the published package accepts it, so that a trigger copied from there means
 * the same here; else strictly (D-10). A list that mixes `and` and `or` has no one obvious meaning, so
 * only the loose reading, which has a rule for it, takes it.
 */
export function readTrigger(text: string): Reading {
  if (text.length > LENGTH_MAX)
    return {
      ok: false,
      message: `A trigger has at most ${LENGTH_MAX} characters`,
      position: LENGTH_MAX,
    }
  const loose = readLoosely(text)
  if (loose) return { ok: true, ...loose }
  const strict = readStrictly(text)
  if (!strict.ok) return strict
  if (strict.mixedAt === undefined) return { ok: true, ast: strict.ast, warnings: [] }
  return {
    ok: false,
    message: 'This list mixes "and" and "or": put parentheses around what belongs together',
    position: strict.mixedAt,
  }
}
