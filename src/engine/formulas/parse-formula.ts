import {
  type FormulaError,
  METADATA_OPERANDS,
  type MetadataOperand,
  VALUE_OPERANDS,
  type ValueOperand,
} from './formula.ts'
import { ARITHMETIC, COMPARISON_OPERATORS, FUNCTIONS } from './formula-functions.ts'
import { type Token, toTokens } from './formula-tokens.ts'

/** A formula as a tree. */
export type Expression =
  | { kind: 'value'; value: number | string | boolean }
  | { kind: 'operand'; name: ValueOperand }
  | { kind: 'metadata'; name: MetadataOperand; key: string }
  | { kind: 'binary'; operator: string; left: Expression; right: Expression }
  | { kind: 'call'; name: string; args: readonly Expression[] }
  | { kind: 'if'; condition: Expression; result: Expression; otherwise: Expression }
  | { kind: 'default'; first: Expression; otherwise: Expression }
  | { kind: 'switch'; subject: Expression; cases: readonly SwitchCase[]; otherwise: Expression }
export type SwitchCase = { when: Expression; result: Expression }

/** Characters of one formula, and how deep its parentheses may go. */
const LENGTH_MAX = 2_000
const DEPTH_MAX = 50

/** Operators by how loosely they bind; each level holds what binds tighter. */
const LEVELS: readonly ((operator: string) => boolean)[] = [
  (operator) => operator === 'OR',
  (operator) => operator === 'AND',
  (operator) => COMPARISON_OPERATORS.has(operator),
  (operator) => operator === '+' || operator === '-',
  (operator) => ARITHMETIC.has(operator) && operator !== '+' && operator !== '-',
]

/** Reads `text` as a formula of R-FOR-03 and R-FOR-04, or says what is wrong and where. */
export function parseFormula(text: string): Expression | FormulaError {
  if (text.length > LENGTH_MAX) {
    return { message: `a formula has at most ${LENGTH_MAX} characters`, position: LENGTH_MAX + 1 }
  }
  const tokens = toTokens(text)
  if (!Array.isArray(tokens)) return tokens
  try {
    return new Parser(tokens).parse()
  } catch (error) {
    if (error instanceof Unreadable) return { message: error.message, position: error.position }
    throw error
  }
}

/** Leaves the recursion; never leaves this file. */
class Unreadable extends Error {
  readonly position: number
  constructor(message: string, position: number) {
    super(message)
    this.position = position
  }
}

/** Recursive descent over `tokens`, the last of which is the end. */
class Parser {
  readonly #tokens: readonly Token[]
  #index = 0
  #depth = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  parse(): Expression {
    const expression = this.#binary(0)
    if (this.#token.kind !== 'end') throw this.#unexpected('an operator')
    return expression
  }

  get #token(): Token {
    // The end is never taken, so there is always a token.
    return this.#tokens[this.#index] as Token
  }

  #take(): Token {
    const token = this.#token
    if (token.kind !== 'end') this.#index += 1
    return token
  }

  #isNext(sign: string): boolean {
    return this.#token.kind === 'sign' && this.#token.value === sign
  }

  #expect(sign: string): void {
    if (!this.#isNext(sign)) throw this.#unexpected(`"${sign}"`)
    this.#take()
  }

  #unexpected(expected: string): Unreadable {
    const { kind, value, position } = this.#token
    const found = kind === 'end' ? 'the end' : `"${value}"`
    return new Unreadable(`expected ${expected}, found ${found}`, position)
  }

  #binary(level: number): Expression {
    const belongs = LEVELS[level]
    if (!belongs) return this.#unary()
    let left = this.#binary(level + 1)
    for (;;) {
      const { kind, value } = this.#token
      if ((kind !== 'sign' && kind !== 'name') || !belongs(value)) return left
      this.#take()
      left = { kind: 'binary', operator: value, left, right: this.#binary(level + 1) }
    }
  }

  #unary(): Expression {
    if (!this.#isNext('-')) return this.#primary()
    const zero = { kind: 'value', value: 0 } as const
    return this.#nested(() => {
      this.#take()
      return { kind: 'binary', operator: '-', left: zero, right: this.#unary() }
    })
  }

  #nested<T>(read: () => T): T {
    this.#depth += 1
    if (this.#depth > DEPTH_MAX) {
      throw new Unreadable(`it is nested deeper than ${DEPTH_MAX} levels`, this.#token.position)
    }
    const result = read()
    this.#depth -= 1
    return result
  }

  #primary(): Expression {
    if (this.#isNext('(')) {
      return this.#nested(() => {
        this.#take()
        const inner = this.#binary(0)
        this.#expect(')')
        return inner
      })
    }
    const token = this.#token
    if (token.kind === 'name') return this.#name()
    if (token.kind !== 'number' && token.kind !== 'text') throw this.#unexpected('a value')
    this.#take()
    return { kind: 'value', value: token.value }
  }

  #name(): Expression {
    const { value, position } = this.#take()
    const name = String(value)
    if (name === 'true' || name === 'false') return { kind: 'value', value: name === 'true' }
    if (VALUE_OPERANDS.has(name)) return { kind: 'operand', name: name as ValueOperand }
    if (METADATA_OPERANDS.has(name)) {
      return { kind: 'metadata', name: name as MetadataOperand, key: this.#metadataKey() }
    }
    if (name === 'SWITCH') return this.#nested(() => this.#switch())
    const args = this.#nested(() => this.#arguments())
    return toCall(name, args, position)
  }

  #metadataKey(): string {
    this.#expect('(')
    if (this.#token.kind !== 'text') throw this.#unexpected('the name of a field in quotes')
    const { value } = this.#take()
    this.#expect(')')
    return String(value)
  }

  /** What stands in parentheses, divided by semicolons; none where there are no parentheses. */
  #arguments(): Expression[] {
    if (!this.#isNext('(')) return []
    this.#take()
    const args: Expression[] = []
    while (!this.#isNext(')')) {
      if (args.length > 0) this.#expect(';')
      args.push(this.#binary(0))
    }
    this.#take()
    return args
  }

  /** `SWITCH(x;SWITCH_CASE("B";10) SWITCH_CASE("N";15);5)`. */
  #switch(): Expression {
    this.#expect('(')
    const subject = this.#binary(0)
    this.#expect(';')
    const cases: SwitchCase[] = []
    while (this.#token.kind === 'name' && this.#token.value === 'SWITCH_CASE') {
      cases.push(this.#switchCase())
      if (this.#isNext(';')) this.#take()
    }
    if (cases.length === 0) throw this.#unexpected('SWITCH_CASE')
    const otherwise = this.#binary(0)
    this.#expect(')')
    return { kind: 'switch', subject, cases, otherwise }
  }

  #switchCase(): SwitchCase {
    this.#take()
    this.#expect('(')
    const when = this.#binary(0)
    this.#expect(';')
    const result = this.#binary(0)
    this.#expect(')')
    return { when, result }
  }
}

function toCall(name: string, args: readonly Expression[], position: number): Expression {
  const [first, second, third] = args
  if (name === 'IF') {
    mustHave(name, args, { min: 3, max: 3 }, position)
    if (first && second && third) {
      return { kind: 'if', condition: first, result: second, otherwise: third }
    }
  }
  if (name === 'DEFAULT_TO') {
    mustHave(name, args, { min: 2, max: 2 }, position)
    if (first && second) return { kind: 'default', first, otherwise: second }
  }
  const known = FUNCTIONS.get(name)
  if (!known) throw new Unreadable(`"${name}" is not a name that formulas know`, position)
  mustHave(name, args, known, position)
  return { kind: 'call', name, args }
}

function mustHave(
  name: string,
  { length }: readonly Expression[],
  { min, max }: { min: number; max: number },
  position: number,
): void {
  if (length >= min && length <= max) return
  const range = min === max ? `${min}` : `${min} to ${max}`
  throw new Unreadable(`${name} takes ${range} arguments, found ${length}`, position)
}
