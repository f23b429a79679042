import { describe, expect, it } from 'vitest'
import { findFormat } from './formats.ts'

const CASES: Record<string, { good: string[]; bad: string[] }> = {
  date: { good: ['2024-02-29', '2000-02-29'], bad: ['2023-02-29', '1900-02-29', '2024-4-1', ''] },
  time: {
    good: ['12:00:00', '23:59:60Z', '01:02:03.5+01'],
    bad: ['24:00:00', '12:00:60', '12:00'],
  },
  'date-time': {
    good: ['2024-02-29T12:00:00', '2024-02-29 12:00:00.5-0100'],
    bad: ['2024-02-30T12:00:00Z', '2024-02-29  12:00:00', '2024-02-29'],
  },
  'date-like': {
    good: ['2024', '20240102', '2024-1', '2024/13/45', 'Jan 1 2024', '8640000000000', '5.5'],
    bad: ['', 'someday', '8640000000001', 'NaN', 'Infinity'],
  },
  ipv4: { good: ['1.2.3.4', '01.002.3.255'], bad: ['1.2.3', '1.2.3.256', '1.2.3.4.5', ' 1.2.3.4'] },
  email: { good: ['a@b.co', "o'x+y@a-b.c.de"], bad: ['a@b', 'a b@c.de', '@b.co'] },
  uri: { good: ['https://b.co/x?y#z', 'urn:a:b'], bad: ['b.co', '/x', 'https://b.co/ x'] },
  text: { good: ['', 'anything'], bad: [] },
}

describe('findFormat', () => {
  it.each(Object.entries(CASES))('finds %s, which accepts %j', (name, { good, bad }) => {
    const accepts = findFormat(name)?.accepts ?? (() => undefined)
    expect(good.filter((text) => !accepts(text))).toEqual([])
    expect(bad.filter((text) => accepts(text))).toEqual([])
  })

  it('does not find what is not there', () => {
    expect(findFormat('int32')).toBeUndefined()
    expect(findFormat('constructor')).toBeUndefined()
  })

  it.each(['email', 'hostname', 'ipv6', 'uri', 'uri-reference', 'uri-template', 'date-like'])(
    'reads a long text in a moment: %s',
    (name) => {
      const accepts = findFormat(name)?.accepts ?? (() => true)
      for (const unit of ['a', 'a.', 'a-', '1:', '%aa', '/a', '{a', '1 '])
        expect(accepts(`a@http://${unit.repeat(100_000)} `)).toBe(false)
    },
  )
})
