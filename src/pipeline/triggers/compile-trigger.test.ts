import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { someEvent, someTriggerText } from './arbitrary-trigger.fixture.ts'
import { compileTrigger, type Trigger } from './compile-trigger.ts'
import { CHANGED_ROWS, REFUSED, SPEC_ROWS } from './spec-rows.fixture.ts'
import type { TriggerEvent } from './trigger.ts'
import { triggerToText } from './trigger-to-text.ts'

function compiled(text: string): Trigger {
  const trigger = compileTrigger(text)
  if (!trigger.ok) throw new Error(`${text}: ${trigger.message}`)
  return trigger
}
const matches = (text: string, event: TriggerEvent): boolean => compiled(text).matches(event)
const warningsOf = (text: string) => compiled(text).warnings

/** Characters that begin, end or break something, half of a pair among them. */
const someNoise = fc.string({ unit: fc.constantFrom(...'"\'\\()!=<>.,[]*-+0 a\n\r\0é', '\ud83c') })

describe('compileTrigger', () => {
  it.each(SPEC_ROWS)(
    'answers $id, $text, like the published package (§4.5)',
    ({ text, event, fires, reads }) => {
      const trigger = compileTrigger(text)
      expect(trigger.ok ? triggerToText(trigger.ast) : REFUSED).toBe(reads)
      expect(trigger.ok && trigger.matches(event)).toBe(fires)
    },
  )

  it.each(CHANGED_ROWS)(
    'holds that $because: $id, $text (§4.5, D-10)',
    ({ text, event, fires, reads }) => {
      const trigger = compiled(text)
      expect(triggerToText(trigger.ast)).toBe(reads)
      expect(trigger.matches(event)).toBe(fires)
    },
  )

  it('ends a path at a falsy value, and finds that value (§3.2)', () => {
    const event = { properties: { zero: 0, empty: '', no: false, nothing: null } }
    expect(matches('properties.zero.a.b = 0', event)).toBe(true)
    expect(matches('properties.empty.a = ""', event)).toBe(true)
    expect(matches('properties.no.a = false', event)).toBe(true)
    expect(matches('properties.nothing.a = null', event)).toBe(true)
    expect(matches('properties.a = 0', { properties: 0 })).toBe(true)
  })

  it('finds own members only, those of lists and texts included', () => {
    const event = { properties: { list: ['a'], text: 'abc', number: 5, object: {} } }
    expect(matches('properties.list.length = 1', event)).toBe(true)
    expect(matches('properties.list.\\0 = "a"', event)).toBe(true)
    expect(matches('properties.text.length = 3', event)).toBe(true)
    for (const name of ['constructor', 'toString', 'hasOwnProperty', '__proto__'])
      for (const parent of [
        'properties',
        'properties.list',
        'properties.text',
        'properties.number',
      ])
        expect(matches(`${parent}.${name} != null`, event)).toBe(false)
    expect(matches('properties.list.map != null', event)).toBe(false)
    expect(matches('properties.text.trim.length = 0', event)).toBe(false)
    expect(matches('properties.constructor = "x"', { properties: { constructor: 'x' } })).toBe(true)
  })

  it('looks for one of many texts as it does for one of few', () => {
    const text = ['A', 'B', 'C', 'D', 'E'].map((name) => `event = "${name}"`).join(' or ')
    for (const event of ['A', 'C', 'E']) expect(matches(text, { event })).toBe(true)
    for (const event of ['F', undefined, null, 5]) expect(matches(text, { event })).toBe(false)
    expect(matches(`${text} or properties.x = "y"`, { properties: { x: 'y' } })).toBe(true)
  })

  it('compares with a number that is none as the published package does (§4.2)', () => {
    expect(matches('properties.x number_not_equals "abc"', { properties: { x: 1 } })).toBe(true)
    expect(matches('properties.x number_not_equals "abc"', { properties: { x: '1' } })).toBe(false)
    expect(matches('properties.x = -', { properties: { x: 1 } })).toBe(false)
    expect(matches('properties.x < "Infinity"', { properties: { x: 1e300 } })).toBe(true)
    expect(matches('properties.x > true', { properties: { x: 2 } })).toBe(true)
    expect(matches('userId > true', { userId: 2 })).toBe(false)
  })

  it('never throws, whatever the text and the event', () => {
    fc.assert(
      fc.property(fc.oneof(someTriggerText, someNoise), someEvent, (text, event) => {
        const trigger = compileTrigger(text)
        if (trigger.ok) expect(typeof trigger.matches(event)).toBe('boolean')
        else expect(trigger.position).toBeLessThanOrEqual(text.length)
      }),
      { numRuns: 200 },
    )
  })

  it('means the same in double parentheses, unless it surprises', () => {
    fc.assert(
      fc.property(someTriggerText, (text) => {
        const plain = compileTrigger(text)
        const strict = compileTrigger(`((${text}))`)
        if (!plain.ok || !strict.ok || plain.warnings.length > 0) return
        expect(triggerToText(strict.ast)).toBe(triggerToText(plain.ast))
      }),
      { numRuns: 200 },
    )
  })

  it('keeps an AST that JSON carries whole', () => {
    fc.assert(
      fc.property(someTriggerText, someEvent, (text, event) => {
        const trigger = compileTrigger(text)
        if (!trigger.ok) return
        const again = JSON.parse(JSON.stringify(trigger.ast)) as typeof trigger.ast
        expect(matches(triggerToText(again), event)).toBe(trigger.matches(event))
      }),
    )
  })
})

describe('a warning', () => {
  it('says how a mixed list is read, where, and which parentheses were probably meant (D-10)', () => {
    expect(warningsOf('type = "a" and event = "b" or name = "c"')).toEqual([
      {
        code: 'mixed_connectives',
        message:
          'The last connective of a list holds for all of it, so this "and" is read as "or". ' +
          'The trigger is read as: type = "a" or event = "b" or name = "c"',
        position: 11,
        suggestion: '(type = "a" and event = "b") or name = "c"',
      },
    ])
  })

  it('suggests words for functions that would end the parentheses around them', () => {
    const [warning] = warningsOf('type = "a" and (contains(event, "b") or match(name, "c*"))')
    expect(warning?.suggestion).toBe('type = "a" and (event contains "b" or name starts_with "c")')
  })

  it('suggests double parentheses for a field that the loose reading skips', () => {
    const [warning] = warningsOf('type = "a" and anonymousId = "b"')
    expect(warning).toMatchObject({
      code: 'not_read',
      message: 'anonymousId = "b" is not read. The trigger is read as: type = "a"',
      position: 15,
      suggestion: '((type = "a" and anonymousId = "b"))',
    })
  })

  it('suggests a backslash for the index of a list', () => {
    expect(warningsOf('properties.list.0.x = 1')[0]).toMatchObject({
      code: 'never_true',
      suggestion: 'properties.list.\\0.x = 1',
    })
  })

  it.each([
    'type = "track"',
    'type = "track" and (event = "A" or event = "B")',
    '!contains(event, "a") and match(name, "a*") and match(name, "*a")',
    'userId != null or properties.a\\ b.c > 5',
    "((anonymousId = 'a'))",
  ])('is not given for %s, which is read as it looks', (text) => {
    expect(warningsOf(text)).toEqual([])
  })

  it('is given at most twenty times', () => {
    expect(warningsOf(`type = "a" ${'and x '.repeat(100)}`)).toHaveLength(20)
  })
})

describe('a refused text', () => {
  it.each([
    ['', 0, 'The trigger is empty'],
    [' \n', 0, 'The trigger is empty'],
    [
      '((and type = "track"))',
      2,
      'and is not a field; fields are type, event, name, userId, properties, traits, context, anonymousId, groupId, previousId, messageId, category, channel, integrations',
    ],
    ['((type = "track" and ))', 21, 'Expected a condition, such as type = "track"'],
    ['type', 4, 'Expected an operator: =, !=, <, <=, >, >= or a word such as contains'],
    ['type = "track', 7, 'The text has no closing "'],
    ['event @ "A"', 6, 'Expected an operator: =, !=, <, <=, >, >= or a word such as contains'],
    ['(type = "track"', 0, 'The parenthesis is never closed'],
    ['((type = "track" type = "page"))', 17, 'Expected "and", "or" or )'],
    [
      '((type = "track") and event = )',
      30,
      'Expected a value: a text in quotes, a number, true, false or null',
    ],
    ['type = "track" && event = "x"', 15, 'Expected "and", "or" or the end of the trigger'],
    ['((event.name = "x"))', 2, 'event has no members'],
    ['((properties = 5))', 2, 'Name a member of properties, such as properties.plan'],
    ['((match(event, "a*b")))', 15, 'A pattern has one *, at its start or at its end'],
    ['((contains(event)))', 16, 'Expected a comma'],
    [
      '((type = "a" and event = "b" or name = "c"))',
      29,
      'This list mixes "and" and "or": put parentheses around what belongs together',
    ],
  ])('%s has the place and the reason of its first problem', (text, position, message) => {
    expect(compileTrigger(text)).toEqual({ ok: false, position, message })
  })

  it('with an unknown field is told the known ones', () => {
    expect(compileTrigger('propertys.total > 5')).toMatchObject({
      position: 0,
      message: expect.stringContaining('propertys is not a field; fields are type, event, name'),
    })
  })

  it.each([
    ['parentheses nested without end', `${'('.repeat(50_000)}type = "a"${')'.repeat(49_000)}`],
    ['a text beyond the limit', `type = "${'a'.repeat(100_000)}"`],
    ['escapes without end', '\\'.repeat(99_999)],
    ['quotes without end', '"'.repeat(99_999)],
  ])('ends soon: %s', (_, text) => {
    expect(compileTrigger(text).ok).toBe(false)
  })
})
