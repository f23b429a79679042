import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '../../kernel/json.ts'
import { aMapping, anEvent } from './arbitrary-mapping.fixture.ts'
import { compileMapping } from './compile-mapping.ts'
import { explainMapping } from './explain-mapping.ts'

describe('explainMapping', () => {
  it('gives the value or the error of the compiled mapping', () => {
    fc.assert(
      fc.property(aMapping, anEvent, (mapping, event) => {
        const { value, error } = explainMapping(mapping as Json, event)
        const run = (): unknown => compileMapping(mapping as Json)(event)
        if (error === undefined) expect(value).toEqual(run())
        else expect(run).toThrow(error)
      }),
      { numRuns: 300 },
    )
  })

  it('shows every part that was resolved with its value, and no branch that was not taken', () => {
    const mapping = JSON.parse(`{
      "id": { "@path": "$.userId" },
      "email": {
        "@if": {
          "exists": { "@path": "$.email" },
          "then": { "@path": "$.email" },
          "else": { "@template": "{{userId}}@x" }
        }
      }
    }`)
    expect(explainMapping(mapping, { userId: 'u1' }).explain).toEqual({
      what: '/ object',
      passed: true,
      actual: { id: 'u1', email: 'u1@x' },
      parts: [
        { what: '/id @path "$.userId"', passed: true, actual: 'u1' },
        {
          what: '/email @if',
          passed: true,
          actual: 'u1@x',
          parts: [
            { what: '/email/@if/exists @path "$.email"', passed: false, message: 'no value' },
            { what: '/email/@if/else @template "{{userId}}@x"', passed: true, actual: 'u1@x' },
          ],
        },
      ],
    })
  })

  it('shows where resolving failed', () => {
    const mapping = { a: { '@path': '$.a' }, b: { '@path': { '@path': '$.a' } } }
    const { error, explain } = explainMapping(mapping, { a: 5 })
    expect(error).toBe('/b/@path needs a string, not a number')
    expect(explain.parts?.at(-1)).toMatchObject({
      what: '/b @path',
      passed: false,
      message: error,
      parts: [{ what: '/b/@path @path "$.a"', passed: true, actual: 5 }],
    })
  })

  it.each<[Json, object, string]>([
    [{ v: { '@path': 5 } }, {}, '/v/@path must be a string or a directive, not a number'],
    [{ v: 1 }, [], 'an event must be an object, not an array'],
  ])('tells what is wrong with %j for %j', (mapping, event, message) => {
    const explained = explainMapping(mapping, event as never)
    expect(explained).toEqual({ error: message, explain: { what: '/', passed: false, message } })
  })
})
