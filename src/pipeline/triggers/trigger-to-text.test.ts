import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { someAst, someEvent } from './arbitrary-trigger.fixture.ts'
import { compileNode, compileTrigger } from './compile-trigger.ts'
import type { TriggerAst, TriggerCondition } from './trigger.ts'
import { triggerToText } from './trigger-to-text.ts'

const aTrigger = (...children: TriggerAst['children']): TriggerAst => ({
  kind: 'group',
  operator: 'and',
  children,
})
const aCondition = (value: string, rest: Partial<TriggerCondition> = {}): TriggerCondition =>
  ({
    kind: 'condition',
    field: 'event',
    path: [],
    operator: '=',
    value,
    ...rest,
  }) as TriggerCondition

describe('triggerToText', () => {
  it('writes what reads back as a trigger of the same meaning, for every AST', () => {
    fc.assert(
      fc.property(someAst, fc.array(someEvent, { maxLength: 4 }), (ast, events) => {
        const again = compileTrigger(triggerToText(ast))
        expect(again).toMatchObject({ ok: true })
        const matches = compileNode(ast)
        for (const event of events) expect(again.ok && again.matches(event)).toBe(matches(event))
      }),
      { numRuns: 200 },
    )
  })

  it('writes the same text again for what it has written', () => {
    fc.assert(
      fc.property(someAst, (ast) => {
        const text = triggerToText(ast)
        const again = compileTrigger(text)
        expect(again.ok && triggerToText(again.ast)).toBe(text)
      }),
    )
  })

  it('gives no cause for a warning, but for double quotes in a text and what is never true', () => {
    fc.assert(
      fc.property(someAst, (ast) => {
        const again = compileTrigger(triggerToText(ast))
        const codes = again.ok ? again.warnings.map(({ code }) => code) : []
        expect(['single_quotes', 'never_true']).toEqual(expect.arrayContaining(codes))
      }),
    )
  })

  it('writes functions in the outermost list, and words in parentheses, where functions would end them', () => {
    const contains = aCondition('a', { operator: 'contains' })
    const either: TriggerAst = { kind: 'group', operator: 'or', children: [contains, contains] }
    expect(triggerToText(aTrigger(contains, either))).toBe(
      'contains(event, "a") and (event contains "a" or event contains "a")',
    )
  })

  it('puts in double parentheses what the loose reading would skip', () => {
    const anonymous = aCondition('a', { field: 'anonymousId' })
    expect(triggerToText(aTrigger(anonymous))).toBe('anonymousId = "a"')
    expect(triggerToText(aTrigger(anonymous, aCondition('b')))).toBe(
      '((anonymousId = "a" and event = "b"))',
    )
  })

  it.each([
    ['say', 'event = "say"'],
    ['say "hi"', `event = 'say "hi"'`],
    [`it's "hi"`, `event = \\i\\t\\'\\s\\ \\"\\h\\i\\"`],
  ])('quotes %s so that it stays one text', (value, text) => {
    expect(triggerToText(aTrigger(aCondition(value)))).toBe(text)
  })

  it('writes a group without conditions as one that is never true', () => {
    expect(triggerToText(aTrigger())).toBe('type > "never"')
  })
})
