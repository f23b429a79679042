import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileTemplate, cutTemplate, renderTemplate } from './template.ts'

const unit = fc.constantFrom('{', '}', '{{', '}}', 'a', ' ', '.', '\n')
const template = fc.string({ unit, maxLength: 30 })

describe('cutTemplate', () => {
  it.each([
    [2, /\{\{([^}]+)\}\}/],
    [3, /\{\{\{([^}]+)\}\}\}/],
  ] as const)('cuts where a search for %i braces would (§3.3)', (braces, pattern) => {
    fc.assert(
      fc.property(template, (text) => {
        // A split by a pattern with a group gives texts and what is in the holes, in turns.
        const expected = text.split(pattern)
        expect(cutTemplate(text, braces)).toEqual({
          texts: expected.filter((_part, index) => index % 2 === 0),
          holes: expected.filter((_part, index) => index % 2 === 1).map((hole) => hole.trim()),
        })
      }),
      { numRuns: 500 },
    )
  })
})

describe('compileTemplate', () => {
  const value = fc.oneof(template, fc.constantFrom(null, 5, [1, null, 'x'], {}))
  const payload = value.map((a) => ({ a }))

  it('renders what renderTemplate does for a template known only now', () => {
    fc.assert(
      fc.property(template, payload, (text, given) => {
        expect(compileTemplate(text).render(given)).toBe(renderTemplate(text, given))
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    ['{{a}} and {{{ b.c }}}', ['b.c', 'a']],
    ['{{}} {{ {a} }} {{a', []],
    ['plain', []],
  ])('names the paths in %j: %j', (text, holes) => {
    expect(compileTemplate(text).holes).toEqual(holes)
  })

  it('fills holes of three braces first, and then those that came with the values', () => {
    const { render } = compileTemplate('{{{a}}}-{{b}}')
    expect(render({ a: '{{b}}', b: '{{a}}' })).toBe('{{a}}-{{a}}')
  })
})
