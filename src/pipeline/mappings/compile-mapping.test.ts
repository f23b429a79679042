import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../../kernel/json.ts'
import { aMappingOfAbsence } from './arbitrary-absence.fixture.ts'
import { aMapping, anEvent } from './arbitrary-mapping.fixture.ts'
import { compileMapping } from './compile-mapping.ts'
import { MappingError } from './mapping.ts'
import { validateMapping } from './validate-mapping.ts'

const resolve = (mapping: Json, event: JsonObject): Json | undefined =>
  compileMapping(mapping)(event)

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null)
    Object.values(Object.freeze(value)).map(deepFreeze)
  return value
}

function holdsUndefinedMember(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsUndefinedMember)
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).some((member) => member === undefined || holdsUndefinedMember(member))
}

describe('compileMapping', () => {
  it('changes neither mapping nor event, throws nothing but MappingError, and leaves no undefined member', () => {
    fc.assert(
      fc.property(fc.oneof(aMapping, aMappingOfAbsence), anEvent, (mapping, event) => {
        deepFreeze([mapping, event])
        try {
          expect(holdsUndefinedMember(resolve(mapping as Json, event))).toBe(false)
        } catch (error) {
          expect(error).toBeInstanceOf(MappingError)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('gives the same for the same event, however many others it has seen', () => {
    fc.assert(
      fc.property(aMapping, anEvent, anEvent, (mapping, event, other) => {
        fc.pre(validateMapping(mapping).length === 0)
        const compiled = compileMapping(mapping as Json)
        const outcome = (given: JsonObject): unknown => {
          try {
            return { value: compiled(given) }
          } catch (error) {
            return error
          }
        }
        const first = outcome(event)
        outcome(other)
        expect(outcome(event)).toEqual(first)
      }),
      { numRuns: 100 },
    )
  })

  it('keeps its meaning when the mapping object is changed afterwards', () => {
    const mapping = { v: { list: [1] }, p: { '@path': '$.a' } }
    const compiled = compileMapping(mapping)
    mapping.v.list.push(2)
    mapping.p['@path'] = '$.b'
    expect(compiled({ a: 'A', b: 'B' })).toEqual({ v: { list: [1] }, p: 'A' })
  })

  it('refuses an invalid mapping with all of its problems, a line each', () => {
    const compile = () => compileMapping({ a: { '@path': 5 }, b: { '@nope': 1 } })
    expect(compile).toThrow(MappingError)
    expect(compile).toThrow(
      '/a/@path must be a string or a directive, not a number\n/b has an unknown directive: "@nope"',
    )
  })

  it.each([[null], ['text'], [5], [[{ '@path': 'a' }]]])('refuses %j for a mapping', (mapping) => {
    expect(() => compileMapping(mapping)).toThrow('/ must be an object')
  })
})

describe('mappings reach no further than the event (D-11)', () => {
  it.each([
    ['constructor.name'],
    ['toString.name'],
    ['__proto__'],
    ['list.push'],
    ['text.big'],
    ['text.constructor'],
    ['number.toFixed'],
  ])('finds nothing at %s', (path) => {
    const event = { list: [1], text: 'x', number: 5 }
    expect(resolve({ v: { '@path': path } }, event)).toEqual({})
    expect(resolve({ v: { '@template': `<{{${path}}}>` } }, event)).toEqual({ v: '<>' })
    expect(resolve({ v: { '@liquid': `<{{ ${path} }}>` } }, event)).toEqual({ v: '<>' })
  })

  it('reads members of the event that have such names', () => {
    const event = JSON.parse('{"constructor":{"name":"C"},"__proto__":{"a":1},"length":2}')
    expect(
      resolve({ v: { '@template': '{{constructor.name}}{{__proto__.a}}{{length}}' } }, event),
    ).toEqual({ v: 'C12' })
  })

  it('carries a member named __proto__ on as data', () => {
    const event = JSON.parse('{"a":{"__proto__":{"isAdmin":true},"n":null}}')
    const merged = resolve(
      { '@merge': { direction: 'right', objects: [{ b: 1 }, { '@path': 'a' }] } },
      event,
    )
    const excluded = resolve({ '@excludeWhenNull': { '@path': 'a' } }, event)
    expect(JSON.stringify(merged)).toBe('{"b":1,"__proto__":{"isAdmin":true},"n":null}')
    expect(JSON.stringify(excluded)).toBe('{"__proto__":{"isAdmin":true}}')
    expect(merged).not.toHaveProperty('isAdmin')
    expect(excluded).not.toHaveProperty('isAdmin')
  })

  it('does not let Liquid write into the event', () => {
    const event = deepFreeze({ n: 1, list: [1] })
    const mapping = {
      v: { '@liquid': '{% increment n %}{% increment n %}{% assign list = 1 %}{{ n }}' },
    }
    expect(resolve(mapping, event)).toEqual({ v: '123' })
  })
})

describe('every mapping ends in bounded time', () => {
  const nest = (levels: number, from: Json, around: (inner: Json) => Json): Json =>
    Array.from({ length: levels }).reduce<Json>(around, from)
  const a: Json = { '@path': '$.a' }

  it.each<[string, Json, Json]>([
    [
      'lists within lists within lists',
      nest(11, a, (x) => ({ '@arrayPath': [{ '@literal': Array(10).fill(1) }, { x }] })),
      1,
    ],
    [
      'a list that doubles',
      nest(22, a, (mapping) => ({ '@transform': { apply: { a: [a, a] }, mapping } })),
      1,
    ],
    [
      'a text that doubles',
      nest(22, a, (mapping) => ({
        '@transform': { apply: { a: { '@template': '{{a}}{{a}}' } }, mapping },
      })),
      'text',
    ],
    [
      'a text whose letters become ten each',
      nest(10, a, (value) => ({ '@replace': { value, pattern: 'x', replacement: 'xxxxxxxxxx' } })),
      'x',
    ],
    [
      'a text that is quoted over and over',
      nest(22, a, (value) => ({ '@json': { mode: 'encode', value } })),
      '"',
    ],
    [
      'a comb of names',
      { '@flatten': { value: { '@json': { mode: 'decode', value: a } }, separator: '.' } },
      `${'[1,'.repeat(3_000)}1${']'.repeat(3_000)}`,
    ],
  ])('stops at %s', (_case, mapping, value) => {
    expect(() => resolve({ v: mapping }, { a: value })).toThrow('more than 2000000 steps')
  })

  it('takes linear time for a text of braces', () => {
    const braces = '{'.repeat(100_000)
    expect(resolve({ v: { '@template': braces } }, {})).toEqual({ v: braces })
    expect(resolve({ v: { '@template': a } }, { a: braces })).toEqual({ v: braces })
  })

  it('fails on what is too deep for the machine, and goes on', () => {
    const compiled = compileMapping({
      v: { '@excludeWhenNull': { '@json': { mode: 'decode', value: a } } },
    })
    expect(() => compiled({ a: `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}` })).toThrow(
      MappingError,
    )
    expect(compiled({ a: '1' })).toEqual({ v: 1 })
  })
})
