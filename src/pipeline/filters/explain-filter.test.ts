import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { someEvent, someFilter, someFilterText } from './arbitrary-filter.fixture.ts'
import { compileFilter, compileNode } from './compile-filter.ts'
import { explainFilter } from './explain-filter.ts'
import type { FilterEvent } from './filter.ts'
import { printFilter } from './print-filter.ts'

function explain(text: string, event: FilterEvent) {
  const filter = compileFilter(text)
  if (!filter.ok) throw new Error(filter.message)
  return explainFilter(filter.ast, event)
}

describe('explainFilter', () => {
  it('answers what the compiled filter answers, for every filter and event', () => {
    fc.assert(
      fc.property(someFilter, fc.array(someEvent, { maxLength: 4 }), (ast, events) => {
        const matches = compileNode(ast)
        for (const event of events) expect(explainFilter(ast, event).passed).toBe(matches(event))
      }),
      { numRuns: 1_000 },
    )
  })

  it('answers what the compiled filter answers, for every text', () => {
    fc.assert(
      fc.property(someFilterText, someEvent, (text, event) => {
        const filter = compileFilter(text)
        if (filter.ok) expect(explainFilter(filter.ast, event).passed).toBe(filter.matches(event))
      }),
      { numRuns: 500 },
    )
  })

  it('has a part for every condition, needed or not, in the words of the language', () => {
    const event = { type: 'page', properties: { total: '12', codes: ['VIP'] } }
    const text =
      "type = 'track' and ( !contains( event, 'x' ) or properties.total > 10 ) and 'VIP' in properties.codes"
    expect(explain(text, event)).toEqual({
      what: 'all of',
      passed: false,
      parts: [
        { what: "type = 'track'", passed: false, expected: 'track', actual: 'page' },
        {
          what: 'any of',
          passed: true,
          parts: [
            {
              what: 'not',
              passed: true,
              parts: [
                {
                  what: "contains( event, 'x' )",
                  passed: false,
                  expected: 'x',
                  actual: null,
                  message: 'event is missing',
                },
              ],
            },
            {
              what: 'properties.total > 10',
              passed: false,
              expected: 10,
              actual: '12',
              message: 'Only numbers are compared here, not a string with a number',
            },
          ],
        },
        {
          what: "'VIP' in properties.codes",
          passed: true,
          expected: 'VIP',
          actual: ['VIP'],
        },
      ],
    })
  })

  it.each([
    ["properties.total = '12'", 'A number never equals a string'],
    ["'a' in properties.total", 'properties.total is a number, no list'],
    ['traits.plan', 'traits.plan is missing'],
    ["properties.nothing = 'a'", 'properties.nothing is null'],
  ])('says what is the matter with %s', (text, message) => {
    expect(explain(text, { properties: { total: 12, nothing: null } }).message).toBe(message)
  })
})

describe('printFilter', () => {
  it('writes every filter so that reading gives it again', () => {
    fc.assert(
      fc.property(someFilter, (ast) => {
        const text = printFilter(ast)
        const filter = compileFilter(text)
        fc.pre(Buffer.byteLength(text) <= 5_120)
        expect(filter.ok ? filter.ast : `${text}: ${filter.message}`).toEqual(ast)
      }),
      { numRuns: 1_000 },
    )
  })
})
