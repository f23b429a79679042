import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { someEvent, someFilterText } from './arbitrary-filter.fixture.ts'
import { compileFilter } from './compile-filter.ts'
import type { FilterEvent } from './filter.ts'
import { REFUSED, SPEC_EVENT, SPEC_ROWS } from './spec-rows.fixture.ts'

function holds(text: string, event: FilterEvent = SPEC_EVENT): boolean {
  const filter = compileFilter(text)
  if (!filter.ok) throw new Error(`${text}: ${filter.message} (${filter.position})`)
  return filter.matches(event)
}

describe('compileFilter', () => {
  it.each(SPEC_ROWS)('answers row %i of §2.3: %s', (_row, text, result) => {
    const filter = compileFilter(text)
    expect(filter.ok ? filter.matches(SPEC_EVENT) : REFUSED).toBe(result)
  })

  it.each([
    ["contains( null, 'a' )", 'false'],
    ['length( null )', '0'],
    ['lowercase( null )', 'null'],
    ['typeof( null )', "'null'"],
    ["match( null, '*' )", 'false'],
    ['uppercase( null )', 'null'],
    ['snakecase( null )', 'null'],
    ['kebabcase( null )', 'null'],
    ['titlecase( null )', 'null'],
    ['bool( null )', 'false'],
    ['string( null )', 'null'],
    ['number( null )', 'null'],
  ])('takes null, and what is missing, into %s = %s (§2.3 rule 4)', (call, result) => {
    expect(holds(`${call} = ${result}`)).toBe(true)
    expect(holds(`${call.replace('null', 'properties.nothing')} = ${result}`)).toBe(true)
  })

  it.each([
    ["uppercase('aß1')", "'ASS1'"],
    ["lowercase('ABC d')", "'abc d'"],
    ["snakecase('Test string  x')", "'Test_string__x'"],
    ["kebabcase('test string')", "'test-string'"],
    ["titlecase('test of strings')", "'Test Of Strings'"],
    ["length('a')", '1'],
    ["length('ア')", '3'],
    ['length([1, [2, 3]])', '2'],
    ['length(12)', 'null'],
    ["typeof('a')", "'string'"],
    ['typeof(1.5)', "'number'"],
    ['typeof([])', "'list'"],
    ['typeof(false)', "'bool'"],
    ['typeof(properties)', "'object'"],
    ['bool(0)', 'false'],
    ["bool('')", 'false'],
    ["bool('false')", 'false'],
    ['bool([])', 'false'],
    ["bool('no')", 'true'],
    ['bool(-1)', 'true'],
    ['bool([0])', 'true'],
    ['string(12.50)', "'12.5'"],
    ["string('a')", "'a'"],
    ['string(true)', "'true'"],
    ["string(['a', 1])", '\'["a",1]\''],
    ["number('12.50')", '12.5'],
    ["number('-1e3')", '-1000'],
    ["number('12 ')", 'null'],
    ["number('0x10')", 'null'],
    ["number('')", 'null'],
    ["number('1e999')", 'null'],
    ['number(true)', 'null'],
  ])('makes of %s the value %s', (call, result) => {
    expect(holds(`${call} = ${result}`)).toBe(true)
  })

  it.each([
    ["properties.total = '12'", false],
    ["properties.total != '12'", true],
    ['properties.total = 12', true],
    ['properties.total >= 12.0', true],
    ['properties.total <= 1.2e1', true],
    ['properties.total < 12', false],
    ["'b' > 'a'", false],
    ['userId = null', true],
    ['userId != null', false],
    ['null = null', true],
    ['properties.codes = [\'SUMMER\', "VIP"]', true],
    ["properties.codes = ['VIP', 'SUMMER']", false],
    ["properties.codes.1 = 'VIP'", true],
    ['properties.codes.length = 2', false],
    ["'V' in properties.codes", false],
    ["'a' in event", false],
    ["type in ['track', 'identify']", true],
    ["!( type in ['track', 'identify'] )", false],
    ['null in [null]', true],
    ['properties.total in [ properties.total, 1 ]', true],
    ['[1] in [[1]]', true],
    ['event in []', false],
  ])('compares strictly: %s is %s (§2.3 rule 4)', (text, result) => {
    expect(holds(text)).toBe(result)
  })

  it('lets "and" bind tighter than "or", and parentheses tighter than both', () => {
    expect(holds("type = 'track' or type = 'x' and type = 'y'")).toBe(true)
    expect(holds("( type = 'track' or type = 'x' ) and type = 'y'")).toBe(false)
    expect(holds(`${'('.repeat(60)}event = 'Coupon Applied'${')'.repeat(60)}`)).toBe(true)
  })

  it('takes what is true for true, and nothing else', () => {
    expect(holds('event')).toBe(false)
    expect(holds('!event')).toBe(true)
    expect(holds('a and !b', { a: true, b: 'true' })).toBe(true)
    expect(holds('!!a', { a: true })).toBe(true)
  })

  it('takes the one word "all" for every event, and a path elsewhere', () => {
    expect(holds(' all ')).toBe(true)
    expect(holds('!all')).toBe(true)
    expect(holds('all = 1', { all: 1 })).toBe(true)
  })

  it('finds members with any name behind a backslash', () => {
    const event = { properties: { 'product 1': { 'price.net': '19', größe: 'M', and: 1 } } }
    expect(holds("properties.product\\ 1.price\\.net = '19'", event)).toBe(true)
    expect(holds("properties.product\\ 1.gr\\ö\\ße = 'M'", event)).toBe(true)
    expect(holds('properties.product\\ 1.and = 1', event)).toBe(true)
    expect(holds('\\and = 1 and \\1 = 2 and \\🎟 = 3', { and: 1, 1: 2, '🎟': 3 })).toBe(true)
  })

  it('takes quotes of both kinds, and the other one and a backslash within', () => {
    const event = { a: `it's "so" \\ here` }
    expect(holds(`a = 'it\\'s "so" \\\\ here'`, event)).toBe(true)
    expect(holds(`a = "it's \\"so\\" \\ here"`, event)).toBe(true)
  })

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length'])(
    'reaches no inherited %s',
    (name) => {
      const event = { properties: {}, list: [1], text: 'a' }
      for (const path of [name, `properties.${name}`, `list.${name}`, `text.${name}`])
        expect(holds(`${path} = null`, event), path).toBe(true)
      expect(holds(`typeof( ${name} ) = 'number'`, JSON.parse(`{"${name}": 1}`))).toBe(true)
    },
  )

  it.each([
    ['', 'The filter is empty', 0],
    ['userId = oops"', 'Expected "and", "or" or the end', 13],
    ["a = 'b", 'The text has no closing', 4],
    ['a = ', 'Expected a value', 4],
    ['and', 'Expected a value', 0],
    ['a and', 'Expected a value', 5],
    ['a b', 'Expected "and", "or"', 2],
    ['a == 1', 'Expected a value', 3],
    ['a = 1 = 2', 'put parentheses', 6],
    ["!a = 'x'", 'Put parentheses', 3],
    ['(a', 'The parenthesis is never closed', 0],
    ['(a b)', 'Expected "and", "or" or )', 3],
    ['a)', 'Expected "and", "or"', 1],
    ['a in [1, 2', 'The list is never closed', 5],
    ['a in [1 2]', 'Expected a comma or ]', 8],
    ["'a'", 'Expected a condition', 0],
    ["a = 1 and 'b'", 'Expected a condition', 10],
    ['!length(a)', 'Expected a condition', 1],
    ['lowercase(a)', 'Expected a condition', 0],
    ['properties.$total = 1', 'Put a \\ before $', 11],
    ['größe = 1', 'Put a \\ before ö', 2],
    ['a. = 1', 'Expected a name behind the dot', 2],
    ['a & b', 'Expected "and", "or"', 2],
    ['a&b', 'Put a \\ before &', 1],
    ['lower(a) = 1', 'There is no function lower', 0],
    ['length(a, b) = 1', 'length takes one value', 0],
    ["contains(a) = 'b'", 'contains takes two values', 0],
    ['contains(a, b', 'contains( is never closed', 0],
    ['match(event, event)', 'The pattern of match is a text', 13],
    ["match(event, 'a[')", 'never closed', 13],
    ['a = 1e999', 'The number is too large', 4],
  ])('refuses %j and says why and where', (text, message, position) => {
    const filter = compileFilter(text)
    expect(filter).toMatchObject({ ok: false, message: expect.stringContaining(message) })
    expect(filter).toMatchObject({ position })
  })

  it('takes 5 KB and no more, and nests 64 deep and no deeper', () => {
    const ofBytes = (bytes: number) => `a = '${'ü'.repeat((bytes - 6) / 2)}'`
    expect(compileFilter(ofBytes(5_120)).ok).toBe(true)
    expect(compileFilter(ofBytes(5_122))).toMatchObject({
      message: expect.stringContaining('5120'),
    })
    for (const [open, close] of [
      ['(', ')'],
      ['!', ''],
      ['bool(', ')'],
      ['a in [(', ')]'],
    ] as const) {
      const deep = (times: number) => compileFilter(`${open.repeat(times)}a${close.repeat(times)}`)
      expect(deep(32).ok).toBe(true)
      expect(deep(65)).toMatchObject({ ok: false, message: 'A filter nests at most 64 deep' })
    }
  })

  it('never throws, whatever the text and the event', () => {
    fc.assert(
      fc.property(fc.oneof(someFilterText, fc.string()), someEvent, (text, event) => {
        const filter = compileFilter(text)
        if (filter.ok) expect(typeof filter.matches(event)).toBe('boolean')
        else expect(filter.position).toBeLessThanOrEqual(text.length)
      }),
      { numRuns: 500 },
    )
  })
})
