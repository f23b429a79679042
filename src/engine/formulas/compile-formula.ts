import type { Json } from '../../kernel/json.ts'
import type { FormulaError, FormulaMoment, FormulaOperands, FormulaValue } from './formula.ts'
import { ARITHMETIC, COMPARISON_OPERATORS, calculate, FUNCTIONS } from './formula-functions.ts'
import { type Expression, parseFormula, type SwitchCase } from './parse-formula.ts'

type Maybe = FormulaValue | undefined
type Environment = { operands: FormulaOperands; moment: FormulaMoment }
type Evaluate = (environment: Environment) => Maybe

/** A formula ready to be evaluated: undefined when an operand is missing or an operation makes no sense. */
export type Formula = (operands: FormulaOperands, moment: FormulaMoment) => Maybe

/** Compiles `text` once, to be evaluated often; or says what is wrong with it and where. */
export function compileFormula(text: string): Formula | FormulaError {
  const expression = parseFormula(text)
  if ('position' in expression) return expression
  const evaluate = compile(expression)
  return (operands, moment) => evaluate({ operands, moment })
}

/** What is wrong with a formula, in a sentence with the place. */
export const formatFormulaError = ({ message, position }: FormulaError): string =>
  `${message} at character ${position}`

function compile(expression: Expression): Evaluate {
  switch (expression.kind) {
    case 'value':
      return () => expression.value
    case 'operand':
      return ({ operands }) => operands.values[expression.name]
    case 'metadata':
      return ({ operands }) => ownField(operands.metadata[expression.name], expression.key)
    case 'binary':
      return compileBinary(expression.operator, compile(expression.left), compile(expression.right))
    case 'call':
      return compileCall(expression.name, expression.args.map(compile))
    case 'if':
      return compileIf(compile(expression.condition), expression.result, expression.otherwise)
    case 'default': {
      const [first, otherwise] = [compile(expression.first), compile(expression.otherwise)]
      return (environment) => first(environment) ?? otherwise(environment)
    }
    case 'switch':
      return compileSwitch(expression)
  }
}

/** A member of the object itself, so that `constructor` is a field only where somebody wrote one. */
function ownField(object: object | undefined, key: string): Maybe {
  if (object === undefined || !Object.hasOwn(object, key)) return undefined
  return toFormulaValue((object as Record<string, Json | undefined>)[key])
}

function toFormulaValue(value: Json | undefined): Maybe {
  if (value === null || value === undefined) return undefined
  if (!Array.isArray(value)) return typeof value === 'object' ? undefined : value
  return value.flatMap((element) => {
    const converted = toFormulaValue(element)
    return converted === undefined ? [] : [converted]
  })
}

function compileBinary(operator: string, left: Evaluate, right: Evaluate): Evaluate {
  if (operator === 'AND' || operator === 'OR') return compileLogic(operator === 'OR', left, right)
  const operation = ARITHMETIC.get(operator)
  if (operation) {
    return (environment) => calculate(operation, left(environment), right(environment))
  }
  const comparison = COMPARISON_OPERATORS.get(operator)
  return (environment) => {
    const [a, b] = [left(environment), right(environment)]
    return a === undefined || b === undefined ? undefined : comparison?.(a, b, environment.moment)
  }
}

/** `decisive` is what the left side must be for the right one not to matter. */
function compileLogic(decisive: boolean, left: Evaluate, right: Evaluate): Evaluate {
  return (environment) => {
    const first = left(environment)
    if (typeof first !== 'boolean') return undefined
    if (first === decisive) return first
    const second = right(environment)
    return typeof second === 'boolean' ? second : undefined
  }
}

function compileCall(name: string, args: readonly Evaluate[]): Evaluate {
  const called = FUNCTIONS.get(name)
  return (environment) => {
    const values: FormulaValue[] = []
    for (const arg of args) {
      const value = arg(environment)
      if (value === undefined) return undefined
      values.push(value)
    }
    return called?.apply(values, environment.moment)
  }
}

/** Only the branch that is taken is evaluated, so that a missing operand in the other does not matter. */
function compileIf(condition: Evaluate, result: Expression, otherwise: Expression): Evaluate {
  const [whenTrue, whenFalse] = [compile(result), compile(otherwise)]
  return (environment) => {
    const holds = condition(environment)
    if (typeof holds !== 'boolean') return undefined
    return holds ? whenTrue(environment) : whenFalse(environment)
  }
}

function compileSwitch({
  subject,
  cases,
  otherwise,
}: {
  subject: Expression
  cases: readonly SwitchCase[]
  otherwise: Expression
}): Evaluate {
  const value = compile(subject)
  const isCase = (when: Expression): Evaluate => compileBinary('is', value, compile(when))
  const branches = cases.map(({ when, result }) => ({
    holds: isCase(when),
    result: compile(result),
  }))
  const fallback = compile(otherwise)
  return (environment) => {
    if (value(environment) === undefined) return undefined
    const branch = branches.find(({ holds }) => holds(environment) === true)
    return (branch?.result ?? fallback)(environment)
  }
}
