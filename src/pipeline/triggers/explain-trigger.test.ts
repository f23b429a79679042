import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { someAst, someEvent, someTriggerText } from './arbitrary-trigger.fixture.ts'
import { compileNode, compileTrigger } from './compile-trigger.ts'
import { explainTrigger } from './explain-trigger.ts'
import type { TriggerEvent } from './trigger.ts'

function explain(text: string, event: TriggerEvent) {
  const trigger = compileTrigger(text)
  if (!trigger.ok) throw new Error(trigger.message)
  return explainTrigger(trigger.ast, event)
}

describe('explainTrigger', () => {
  it('answers what the compiled trigger answers, for every text', () => {
    fc.assert(
      fc.property(someTriggerText, fc.array(someEvent, { maxLength: 4 }), (text, events) => {
        const trigger = compileTrigger(text)
        if (!trigger.ok) return
        for (const event of events)
          expect(explainTrigger(trigger.ast, event).passed).toBe(trigger.matches(event))
      }),
      { numRuns: 200 },
    )
  })

  it('answers what the compiled trigger answers, for every AST', () => {
    fc.assert(
      fc.property(someAst, fc.array(someEvent, { maxLength: 4 }), (ast, events) => {
        const matches = compileNode(ast)
        for (const event of events) expect(explainTrigger(ast, event).passed).toBe(matches(event))
      }),
      { numRuns: 200 },
    )
  })

  it('has a part for every condition, needed or not, in the words of the language', () => {
    const event = { type: 'track', event: 'B', properties: { total: '30' } }
    const text = 'type = "page" and (event = "A" or contains(event, "B")) and properties.total > 29'
    expect(explain(text, event)).toEqual({
      what: 'all of',
      passed: false,
      parts: [
        { what: 'type = "page"', passed: false, expected: 'page', actual: 'track' },
        {
          what: 'any of',
          passed: true,
          parts: [
            { what: 'event = "A"', passed: false, expected: 'A', actual: 'B' },
            { what: 'contains(event, "B")', passed: true, expected: 'B', actual: 'B' },
          ],
        },
        {
          what: 'properties.total > 29',
          passed: false,
          expected: 29,
          actual: '30',
          message: 'properties.total is a text; only numbers are compared here',
        },
      ],
    })
  })

  it.each([
    ['traits.plan = "pro"', 'traits.plan is missing'],
    ['properties.nothing != null', 'properties.nothing is null'],
    ['contains(properties.list, "a")', 'properties.list is a list; only texts are compared here'],
    ['properties.list.0 = "a"', 'No event meets this condition'],
  ])('says what is the matter with %s', (text, message) => {
    const event = { properties: { nothing: null, list: ['a'] } }
    expect(explain(text, event).parts?.[0]).toMatchObject({ passed: false, message })
  })
})
