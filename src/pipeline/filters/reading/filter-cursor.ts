import { refuse, type TextCursor } from '../../../kernel/text-cursor.ts'
import { LIMITS } from '../../../platform/limits.ts'

/** Where the reading of a filter stands. */
export type FilterCursor = TextCursor & {
  /** How many parentheses, lists, functions and `!` are open. */
  depth: number
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
