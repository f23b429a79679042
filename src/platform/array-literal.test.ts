import { describe, expect, it } from 'vitest'
import { toArrayLiteral } from './array-literal.ts'

describe('toArrayLiteral', () => {
  it('quotes texts, so that words and signs of PostgreSQL mean themselves', () => {
    expect(toArrayLiteral(['{"a":"\\"}"}', 'NULL', '', ',', null])).toBe(
      '{"{\\"a\\":\\"\\\\\\"}\\"}","NULL","",",",NULL}',
    )
  })

  it('writes numbers, booleans and times, a time as often as it stands there', () => {
    const time = new Date('2026-01-01T10:00:00.123Z')
    expect(toArrayLiteral([1, -0.5, true, undefined, time, new Date(0), time])).toBe(
      '{1,-0.5,true,NULL,2026-01-01T10:00:00.123Z,1970-01-01T00:00:00.000Z,2026-01-01T10:00:00.123Z}',
    )
    expect(toArrayLiteral([])).toBe('{}')
  })

  it.each([[{}], [[1]], [new Date(Number.NaN)], [new Date(8.64e15)], [Buffer.from('a')], [1n]])(
    'leaves %s to the driver',
    (value) => {
      expect(toArrayLiteral(['a', value])).toBeUndefined()
    },
  )
})
