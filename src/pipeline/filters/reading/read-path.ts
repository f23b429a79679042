import { take } from '../../../kernel/text-cursor.ts'
import type { FilterCursor } from './filter-cursor.ts'

const NAME = '(?:[A-Za-z0-9_-]|\\\\[\\s\\S])+'
const PATH = new RegExp(`${NAME}(?:\\.${NAME})*`, 'uy')

/** The names of a path, escapes undone, and how it is written. */
export type WrittenPath = { path: string[]; text: string }

/** The path at the cursor; undefined, and nothing taken, when there is none. */
export function takePath(cursor: FilterCursor): WrittenPath | undefined {
  const text = take(cursor, PATH)
  return text === undefined ? undefined : { path: toNames(text), text }
}

/**
 * The names in a path such as `context.library.name`: characters outside `[A-Za-z0-9_-]` have a `\` before
 * them, also a dot that parts no names (§2.3 rule 4). Undefined when `text` is no path.
 */
export function readPath(text: string): string[] | undefined {
  PATH.lastIndex = 0
  return PATH.exec(text)?.[0] === text ? toNames(text) : undefined
}

const toNames = (text: string): string[] =>
  (text.match(/(?:[^.\\]|\\[\s\S])+/gu) ?? []).map((name) => name.replace(/\\([\s\S])/gu, '$1'))
