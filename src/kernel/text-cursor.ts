/** What is wrong in a text, and where. */
export type Problem = { message: string; position: number }

/** Where the reading of a small language stands. The first problem ends it. */
export type TextCursor = { source: string; at: number; problem: Problem | undefined }

const SPACE = /\s*/y

/** Passes by any space and tells where the next thing begins. */
export function startOfNext(cursor: TextCursor): number {
  SPACE.lastIndex = cursor.at
  cursor.at += SPACE.exec(cursor.source)?.[0].length ?? 0
  return cursor.at
}

/** What `pattern`, a sticky one, finds behind any space; the cursor is then behind it. Undefined, and nothing taken, when it does not match. */
export function take(cursor: TextCursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = startOfNext(cursor)
  const found = pattern.exec(cursor.source)?.[0]
  cursor.at += found?.length ?? 0
  return found
}

/** Says what is wrong, here unless told where, except when something was wrong before. */
export function refuse(cursor: TextCursor, message: string, position = cursor.at): undefined {
  cursor.problem ??= { message, position }
}
