import { describe, expect, it } from 'vitest'
import {
  cheapestChanges,
  compileLogic,
  failingOf,
  leavesOf,
  parseLogic,
  requiredOf,
} from './logic.ts'

const parse = (text: string) =>
  parseLogic(text, (number) => (Number(number) <= 4 ? Number(number) : undefined), '.rules.logic')
const holds = (text: string, passing: readonly number[]): boolean =>
  compileLogic(parse(text), (leaf, set: readonly number[]) => set.includes(leaf))(passing)
const detailsOf = (text: string): unknown => {
  try {
    return parse(text)
  } catch (error) {
    return (error as { context: { details: string } }).context.details
  }
}

describe('the logic of a rule (R-RULE-01)', () => {
  it.each([
    ['1', [1], true],
    ['1 and 2', [1], false],
    ['1 AND 2', [1, 2], true],
    ['1 or 2 and 3', [1], true],
    ['(1 or 2) and 3', [1], false],
    ['1 And (2 oR 3)', [1, 3], true],
    [' ((1)) ', [1], true],
    ['(1 and 2) or (3 and 4)', [3, 4], true],
    ['1and(2or 3)', [1, 2], true],
  ])('%s with %j is %s', (text, passing, expected) => {
    expect(holds(text, passing)).toBe(expected)
  })

  it.each([
    ['', 'Property .rules.logic ends too early'],
    ['1 and', 'Property .rules.logic ends too early'],
    ['(1', 'Property .rules.logic ends too early'],
    ['1)', "Property .rules.logic has an unexpected ')' at position 1"],
    ['1 2', "Property .rules.logic has an unexpected '2' at position 2"],
    ['1 xor 2', "Property .rules.logic has an unexpected 'xor' at position 2"],
    ['1 & 2', "Property .rules.logic has an unexpected '&' at position 2"],
    ['and 1', "Property .rules.logic has an unexpected 'and' at position 0"],
    ['1 and 5', 'Property .rules.logic names rule 5 at position 6, which is not defined'],
  ])('refuses "%s" with the place', (text, details) => {
    expect(detailsOf(text)).toBe(details)
  })

  it('reads deep nesting', () => {
    expect(holds(`${'('.repeat(500)}1${')'.repeat(500)}`, [1])).toBe(true)
  })

  it('knows its conditions, and those without which it never holds', () => {
    expect(leavesOf(parse('1 and (2 or 1) and 3'))).toEqual([1, 2, 3])
    expect(requiredOf(parse('1 and (2 or 4) and 3'))).toEqual([1, 3])
  })

  it('blames conditions of failing parts only', () => {
    const failing = (text: string, passing: number[]) =>
      failingOf(parse(text), (leaf) => passing.includes(leaf))
    expect(failing('1 and (2 or 3)', [2])).toEqual([1])
    expect(failing('1 and (2 or 3)', [1])).toEqual([2, 3])
    expect(failing('1 and (2 or 3)', [1, 3])).toEqual([])
  })

  it('chooses the branch that asks for least', () => {
    const changes = (leaf: number): string[] => (leaf === 1 ? [] : [`change ${leaf}`])
    expect(cheapestChanges(parse('1 and (2 and 3 or 4)'), changes)).toEqual(['change 4'])
    expect(cheapestChanges(parse('1 or 2'), changes)).toEqual([])
    expect(cheapestChanges(parse('2 and 3 and 2'), changes)).toEqual(['change 2', 'change 3'])
  })
})
