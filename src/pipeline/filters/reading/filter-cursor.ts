import { LIMITS } from '../../../platform/limits.ts'

export type Problem = { message: string; position: number }

/** Where reading stands. The first problem ends it. */
export type FilterCursor = {
  source: string
  at: number
  /** How many parentheses, lists, functions and `!` are open. */
  depth: number
  problem: Problem | undefined
}

const SPACE = /\s*/y

/** Passes by any space and tells where the next thing begins. */
export function startOfNext(cursor: FilterCursor): number {
  SPACE.lastIndex = cursor.at
  cursor.at += SPACE.exec(cursor.source)?.[0].length ?? 0
  return cursor.at
}

/** What `pattern`, a sticky one, finds behind any space; the cursor is then behind it. Undefined, and nothing taken, when it does not match. */
export function take(cursor: FilterCursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = startOfNext(cursor)
  const found = pattern.exec(cursor.source)?.[0]
  cursor.at += found?.length ?? 0
  return found
}

/** Says what is wrong, here unless told where, except when something was wrong before. */
export function refuse(cursor: FilterCursor, message: string, position = cursor.at): undefined {
  cursor.problem ??= { message, position }
}

/** What `read` reads one level deeper; refused at `position` when that is too deep. */
export function nested<Node>(
  cursor: FilterCursor,
  position: number,
  read: () => Node | undefined,
): Node | undefined {
  if (cursor.depth === LIMITS.filterDepthMax)
    return refuse(cursor, `A filter nests at most ${LIMITS.filterDepthMax} deep`, position)
  cursor.depth += 1
  const node = read()
  cursor.depth -= 1
  return node
}
