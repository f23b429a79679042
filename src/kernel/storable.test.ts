import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findUnstorable } from './storable.ts'

const nested = (depth: number): unknown => (depth === 0 ? 'x' : { a: nested(depth - 1) })

describe('findUnstorable', () => {
  it.each<[string, unknown, string]>([
    ['NUL', { name: 'a\0b' }, 'Property .customer.name must not contain U+0000'],
    ['half a surrogate pair', { a: ['x', '\ud83d'] }, 'Property .customer.a[1] must not contain'],
    ['the other half', { a: { b: '\ude00x' } }, 'Property .customer.a.b must not contain'],
    ['NUL in a name', { metadata: { 'k\0': 1 } }, 'A name in Property .customer.metadata must not'],
    [
      'infinity',
      { metadata: { n: JSON.parse('1e999') } },
      '.customer.metadata.n should be a finite',
    ],
    ['endless nesting', nested(100), 'must NOT be nested deeper than 64 levels'],
  ])('names the field with %s', (_what, value, sentence) => {
    expect(findUnstorable(value, '.customer')).toContain(sentence)
  })

  it('lets everything else through', () => {
    expect(findUnstorable(nested(60), '')).toBeUndefined()
    const storable = fc.jsonValue({ stringUnit: 'binary' }).filter((value) => {
      const text = JSON.stringify(value)
      return !/\\u(?:0000|d[89a-f])/i.test(text)
    })
    fc.assert(fc.property(storable, (value) => findUnstorable(value, '') === undefined))
    expect(findUnstorable({ emoji: '😀', text: 'żółw\u0001', n: -0, nothing: null }, '')).toBe(
      undefined,
    )
  })
})
