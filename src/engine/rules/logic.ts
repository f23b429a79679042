import { invalidRule } from './condition.ts'

/** How conditions go together: `1 and (2 or 3)` (R-RULE-01). */
export type Logic<Leaf> =
  | { kind: 'condition'; condition: Leaf }
  | { kind: 'and' | 'or'; parts: readonly Logic<Leaf>[] }

type Token = { text: string; at: number }

const TOKEN = /\s*(?:(\d+|[a-z]+|[()])|(\S))/giy

/**
 * Reads numbers of conditions joined by AND and OR in any case, with parentheses; AND binds closer. `leafOf` gives the
 * condition of a number. Throws `invalid_validation_rules` with the position of what it does not understand.
 */
export function parseLogic<Leaf>(
  text: string,
  leafOf: (number: string) => Leaf | undefined,
  place: string,
): Logic<Leaf> {
  const tokens = tokenize(text, place)
  let next = 0

  const unexpected = (): never => {
    const token = tokens[next]
    throw invalidRule(
      token
        ? `Property ${place} has an unexpected '${token.text}' at position ${token.at}`
        : `Property ${place} ends too early`,
    )
  }
  const takes = (word: string): boolean => {
    if (tokens[next]?.text.toLowerCase() !== word) return false
    next += 1
    return true
  }
  const readJoined = (kind: 'and' | 'or', readPart: () => Logic<Leaf>): Logic<Leaf> => {
    const first = readPart()
    const parts = [first]
    while (takes(kind)) parts.push(readPart())
    return parts.length === 1 ? first : { kind, parts }
  }
  const readAny = (): Logic<Leaf> => readJoined('or', () => readJoined('and', readOne))
  const readOne = (): Logic<Leaf> => {
    if (takes('(')) {
      const inner = readAny()
      return takes(')') ? inner : unexpected()
    }
    const token = tokens[next]
    if (!token || !/^\d/.test(token.text)) return unexpected()
    const condition = leafOf(token.text)
    if (condition === undefined) {
      throw invalidRule(
        `Property ${place} names rule ${token.text} at position ${token.at}, which is not defined`,
      )
    }
    next += 1
    return { kind: 'condition', condition }
  }

  const logic = readAny()
  return next === tokens.length ? logic : unexpected()
}

function tokenize(text: string, place: string): Token[] {
  const tokens: Token[] = []
  for (const match of text.trimEnd().matchAll(TOKEN)) {
    const [whole, token, other] = match
    const at = match.index + whole.length - 1
    if (other !== undefined || token === undefined)
      throw invalidRule(`Property ${place} has an unexpected '${other}' at position ${at}`)
    tokens.push({ text: token, at: match.index + whole.length - token.length })
  }
  return tokens
}

/** All conditions that `logic` names, each once, in the order of reading. */
export function leavesOf<Leaf>(logic: Logic<Leaf>): Leaf[] {
  if (logic.kind === 'condition') return [logic.condition]
  return [...new Set(logic.parts.flatMap(leavesOf))]
}

/** The conditions without which `logic` never holds. */
export function requiredOf<Leaf>(logic: Logic<Leaf>): Leaf[] {
  if (logic.kind === 'condition') return [logic.condition]
  return logic.kind === 'and' ? logic.parts.flatMap(requiredOf) : []
}

/** Whether the logic holds for a subject, given whether each of its conditions does. */
export function compileLogic<Leaf, Subject>(
  logic: Logic<Leaf>,
  test: (leaf: Leaf, subject: Subject) => boolean,
): (subject: Subject) => boolean {
  if (logic.kind === 'condition') return (subject) => test(logic.condition, subject)
  const parts = logic.parts.map((part) => compileLogic(part, test))
  return logic.kind === 'and'
    ? (subject) => parts.every((holds) => holds(subject))
    : (subject) => parts.some((holds) => holds(subject))
}

/** The conditions that keep `logic` from holding: those of parts that fail where all are needed, and of all choices. */
export function failingOf<Leaf>(logic: Logic<Leaf>, test: (leaf: Leaf) => boolean): Leaf[] {
  if (logic.kind === 'condition') return test(logic.condition) ? [] : [logic.condition]
  const failing = logic.parts.map((part) => failingOf(part, test))
  const holds = logic.kind === 'or' && failing.some((part) => part.length === 0)
  return holds ? [] : [...new Set(failing.flat())]
}

/** What must change for `logic` to hold: in all parts, or in the choice that asks for least. */
export function cheapestChanges<Leaf>(
  logic: Logic<Leaf>,
  changesOf: (leaf: Leaf) => string[],
): string[] {
  if (logic.kind === 'condition') return changesOf(logic.condition)
  const choices = logic.parts.map((part) => cheapestChanges(part, changesOf))
  if (logic.kind === 'and') return [...new Set(choices.flat())]
  return choices.reduce((best, choice) => (choice.length < best.length ? choice : best))
}
