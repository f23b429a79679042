import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileFormula, formatFormulaError } from './compile-formula.ts'
import { type FormulaOperands, NO_OPERANDS } from './formula.ts'

const MOMENT = { now: new Date('2026-06-01T23:30:00.000Z'), timeZone: 'Europe/Warsaw' }

function evaluate(text: string, operands: FormulaOperands = NO_OPERANDS, moment = MOMENT) {
  const formula = compileFormula(text)
  if (typeof formula !== 'function') throw new Error(formatFormulaError(formula))
  return formula(operands, moment)
}

const operands: FormulaOperands = {
  values: {
    ORDER_AMOUNT: 465,
    ORDER_ITEM_PRICE: 6,
    CUSTOMER_BIRTHDATE: '1990-06-02',
    VOUCHER_START_DATE: new Date('2026-05-30T22:30:00.000Z'),
  },
  metadata: {
    ORDER_METADATA: {
      kind: 'N',
      tags: ['a', 'b', 3],
      nested: { x: 1 },
      points: '12.5',
      none: null,
      vip: true,
    },
  },
}

describe('compileFormula', () => {
  it.each([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['10 - 2 - 3', 5],
    ['2 × 3 ÷ 4', 1.5],
    ['7 % 4', 3],
    ['-2 + 5', 3],
    ['2 * -3', -6],
    ['POW(2;10)', 1024],
    ['MIN(3;1;2) + MAX(3;1;2)', 4],
    ['1 < 2', true],
    ['2 >= 2', true],
    ['1 = 2', false],
    ['1 < 2 AND 2 < 1', false],
    ['1 < 2 AND 2 < 1 OR true', true],
    ['IF(1 > 2;10;20)', 20],
    ['"a" is "a"', true],
    ['"a" isNot "b"', true],
    ['"abc" contains "b"', true],
    ['"abc" startsWith "ab"', true],
    ['"abc" endsWith "ab"', false],
    ['IN_ARRAY("b";"a";"b")', true],
    ['NOT_IN_ARRAY(3;1;2)', true],
    ["'it\\'s'", "it's"],
  ])('%s is %s (R-FOR-03)', (text, value) => {
    expect(evaluate(text)).toBe(value)
  })

  it.each([
    ['ROUND(75.55;1)', 75.6],
    ['ROUND(75.55;0)', 76],
    ['ROUND(75.55;-1)', 80],
    ['ROUND(1.005;2)', 1.01],
    ['ROUND(2.5)', 3],
    ['FLOOR(75.55;1)', 75.5],
    ['FLOOR(75.55;0)', 75],
    ['FLOOR(75.55;-1)', 70],
    ['CEIL(74.44;1)', 74.5],
    ['CEIL(74.44;0)', 75],
    ['CEIL(74.44;-1)', 80],
    ['CEIL(0.1 + 0.2;1)', 0.3],
  ])('scenario 77: %s is %s (R-FOR-05)', (text, value) => {
    expect(evaluate(text)).toBe(value)
  })

  it.each([
    ['ORDER_ITEM_PRICE*0.01+1', 1.06],
    ['IF(ORDER_AMOUNT > 300;ORDER_ITEM_PRICE * 0.8;ORDER_ITEM_PRICE)', 4.8],
    ['SWITCH(ORDER_METADATA("kind");SWITCH_CASE("B";10) SWITCH_CASE("N";15);5)', 15],
    ['SWITCH("x";SWITCH_CASE("B";10);SWITCH_CASE("N";15);5)', 5],
    ['ORDER_METADATA("points") * 2', 25],
    ['IF(ORDER_METADATA("vip");1;2)', 1],
    ['ORDER_METADATA("tags") contains "b"', true],
    ['IN_ARRAY(3;ORDER_METADATA("tags"))', true],
    ['"a" IN_ARRAY ORDER_METADATA("tags")', true],
  ])('%s is %s with what is known of the order (R-FOR-04)', (text, value) => {
    expect(evaluate(text, operands)).toBeCloseTo(value as number, 10)
  })

  it.each([
    ['TODAY', '2026-06-02'],
    ['DAY_OF_MONTH', 2],
    ['MONTH', 6],
    ['YEAR', 2026],
    ['YEAR(CUSTOMER_BIRTHDATE)', 1990],
    ['NOW', MOMENT.now],
    ['DATE("2026-06-01T22:30:00Z")', '2026-06-02'],
    ['DATE_IS(VOUCHER_START_DATE;DATE("2026-05-31"))', true],
    ['VOUCHER_START_DATE DATE_IS DATE("2026-05-30")', false],
    ['IS_AFTER(NOW;DATE_TIME("2026-06-01T23:29:59Z"))', true],
    ['IS_BEFORE(TODAY;DATE("2026-06-02"))', false],
    ['DAYS_SINCE(DATE("2026-05-31"))', 2],
    ['DATE("2026-05-31") < TODAY', true],
    ['DATE("2026-02-30")', undefined],
  ])('%s: days are those of the project (R-FOR-04)', (text, value) => {
    expect(evaluate(text, operands)).toEqual(value)
  })

  it.each([
    'ORDER_METADATA("unknown") + 1',
    'ORDER_METADATA("none")',
    'ORDER_METADATA("nested")',
    'ORDER_METADATA("constructor")',
    'ORDER_METADATA("__proto__")',
    'CUSTOMER_METADATA("x")',
    'VOUCHER_PUBLISH_COUNT',
    '1 / 0',
    '"a" * 2',
    '"a" < "b"',
    'POW(10;400)',
    'ROUND(1;99)',
    'IF(1;2;3)',
    'DAYS_SINCE("soon")',
  ])('%s has no value, so that the fallback holds (R-FOR-02)', (text) => {
    expect(evaluate(text, operands)).toBeUndefined()
  })

  it('needs only the operands of the branch that is taken', () => {
    expect(evaluate('IF(1 < 2;5;CUSTOMER_METADATA("x"))')).toBe(5)
    expect(evaluate('DEFAULT_TO(CUSTOMER_METADATA("x");7)')).toBe(7)
    expect(evaluate('true OR CUSTOMER_METADATA("x")')).toBe(true)
    expect(evaluate('false AND CUSTOMER_METADATA("x")')).toBe(false)
  })

  it.each([
    ['', 'expected a value, found the end at character 1'],
    ['1 +', 'expected a value, found the end at character 4'],
    ['(1', 'expected ")", found the end at character 3'],
    ['1 2', 'expected an operator, found "2" at character 3'],
    ['1 + ORDER_AMOUT', '"ORDER_AMOUT" is not a name that formulas know at character 5'],
    ['constructor', '"constructor" is not a name that formulas know at character 1'],
    ['IF(1;2)', 'IF takes 3 arguments, found 2 at character 1'],
    ['ROUND(1;2;3)', 'ROUND takes 1 to 2 arguments, found 3 at character 1'],
    ['ORDER_METADATA(1)', 'expected the name of a field in quotes, found "1" at character 16'],
    ['"open', 'the text has no closing quotation mark at character 1'],
    ['1 $ 2', 'unexpected character "$" at character 3'],
    ['SWITCH(1;2)', 'expected SWITCH_CASE, found "2" at character 10'],
    ['('.repeat(51) + 1 + ')'.repeat(51), 'it is nested deeper than 50 levels at character 51'],
    [`1${'+1'.repeat(1000)}`, 'a formula has at most 2000 characters at character 2001'],
  ])('refuses %s and says where', (text, message) => {
    const error = compileFormula(text)
    expect(typeof error === 'function' ? undefined : formatFormulaError(error)).toBe(message)
  })

  it('neither throws nor hangs, whatever it is given', () => {
    const words = fc.constantFrom(
      'IF',
      '(',
      ')',
      ';',
      '1',
      '"a"',
      '+',
      '-',
      'AND',
      'MIN',
      'TODAY',
      'ORDER_AMOUNT',
      'SWITCH',
      'SWITCH_CASE',
      'is',
      ' ',
    )
    const texts = fc.oneof(
      fc.string(),
      fc.array(words, { maxLength: 300 }).map((parts) => parts.join(' ')),
    )
    fc.assert(
      fc.property(texts, (text) => {
        const formula = compileFormula(text)
        if (typeof formula === 'function') formula(operands, MOMENT)
        else expect(formula.position).toBeGreaterThan(0)
      }),
    )
  })

  it('evaluates the longest formula without leaving the stack', () => {
    expect(evaluate(`1${'+1'.repeat(999)}`)).toBe(1000)
  })
})
