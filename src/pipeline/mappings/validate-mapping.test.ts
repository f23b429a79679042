import { describe, expect, it } from 'vitest'
import type { Json } from '../../kernel/json.ts'
import { validateMapping } from './validate-mapping.ts'

const linesOf = (mapping: unknown): string[] =>
  validateMapping(mapping).map(({ path, message }) => `${path} ${message}`)

describe('validateMapping', () => {
  it('finds every problem, each with its place, what is expected and what is there', () => {
    const mapping = {
      customer: { source_id: { '@path': 5 }, email: { '@template': null } },
      event: { '@case': { operator: ['lower'], value: true } },
      rest: {
        '@merge': { direction: 'up', objects: [{ a: { '@nope': 1 } }, 'text', { '@path': {} }] },
      },
      code: { '@replace': { pattern: '', replacement: 'eleven long', global: 'yes' } },
      json: { '@json': { mode: 7 } },
      list: { '@arrayPath': [5, { id: { '@liquid': { a: 1 } } }] },
      deep: { '@transform': { apply: 'x', mapping: { '@literal': { '@Path': 'a' } } } },
      flat: { '@flatten': { '@path': 'a' } },
    }
    expect(linesOf(mapping)).toEqual([
      '/customer/source_id/@path must be a string or a directive, not a number',
      '/customer/email/@template must be a string or a directive, not null',
      '/event/@case/operator must be a string, not an array',
      '/event/@case/value must be a string or a directive, not a boolean',
      '/rest/@merge/direction must be "left" or "right", not "up"',
      '/rest/@merge/objects/0/a has an unknown directive: "@nope"',
      '/rest/@merge/objects/1 must be an object or a directive, not a string',
      '/rest/@merge/objects/2/@path must be a string or a directive, not an object',
      '/code/@replace must have "value"',
      '/code/@replace/pattern must be a string of 1 to 10 characters, not of 0',
      '/code/@replace/replacement must be a string of 0 to 10 characters, not of 11',
      '/code/@replace/global must be true or false, not a string',
      '/json/@json must have "value"',
      '/json/@json/mode must be "encode" or "decode", not a number',
      '/list/@arrayPath/0 must be a string or a directive, not a number',
      '/list/@arrayPath/1/id/@liquid must be a string, not an object',
      '/deep/@transform/apply must be an object or a directive, not a string',
      '/deep/@transform/mapping/@literal has an unknown directive: "@Path"',
      '/flat/@flatten must be an object, not a directive',
    ])
  })

  it('does not look into arrays and literals (§3.1 rule 4)', () => {
    expect(linesOf({ a: [{ '@nope': 1 }], b: { '@literal': { c: { '@nope': 1 } } } })).toEqual([])
  })

  it('ignores what a mapping editor keeps with a directive', () => {
    const metadata = { '@bad': 1, label: 'E-mail' }
    expect(linesOf({ email: { '@path': 'email', _metadata: metadata } })).toEqual([])
  })

  it('names places in a mapping with a root directive as they were written', () => {
    const mapping = {
      __segment_internal_directive: { '@transform': { apply: { a: { '@path': 1 } } } },
      out: { '@path': 2 },
    }
    expect(linesOf(mapping)).toEqual([
      '/__segment_internal_directive/@transform/apply/a/@path must be a string or a directive, not a number',
      '/out/@path must be a string or a directive, not a number',
    ])
  })

  it.each<[string, Json]>([
    ['a list', ['@transform']],
    ['nothing', {}],
    ['two directives', { '@transform': {}, '@path': 'a' }],
    ['no options', { '@path': 'a' }],
  ])('refuses a root directive that is %s', (_case, root) => {
    const [problem] = validateMapping({ __segment_internal_directive: root, out: 1 })
    expect(problem?.path).toMatch(/^\/__segment_internal_directive/)
  })
})

describe('validateMapping on input that means harm', () => {
  const nest = (levels: number, around: (inner: Json) => Json): Json =>
    Array.from({ length: levels }).reduce<Json>(around, 1)

  it('accepts 48 levels of nesting and refuses more, wherever they are', () => {
    expect(linesOf(nest(48, (a) => ({ a })))).toEqual([])
    expect(linesOf(nest(49, (a) => ({ a })))).toEqual([
      `${'/a'.repeat(48)} is nested more than 48 levels deep`,
    ])
    expect(linesOf({ a: nest(100_000, (a) => [a]) })).toHaveLength(1)
  })

  it('refuses members named __proto__, wherever they are', () => {
    const mapping = JSON.parse('{"a":[{"__proto__":{"b":1}}],"__proto__":{"@path":"a"}}')
    expect(linesOf(mapping)).toEqual([
      '/a/0/__proto__ must not have this name',
      '/__proto__ must not have this name',
    ])
  })

  it('does not take names of prototype members for directives or options', () => {
    expect(linesOf({ '@constructor': 1 })).toEqual(['/ has an unknown directive: "@constructor"'])
    expect(
      linesOf({ '@case': { operator: 'lower', value: 'x', constructor: { '@path': 1 } } }),
    ).toEqual(['/@case/constructor/@path must be a string or a directive, not a number'])
  })

  it('refuses a template of more than 100,000 characters', () => {
    expect(linesOf({ v: { '@template': '{{a}}'.repeat(20_001) } })).toEqual([
      '/v/@template must be a string of 0 to 100000 characters',
    ])
  })

  it('says no more than a hundred things, and quotes no more than their beginning', () => {
    const lines = linesOf(
      Object.fromEntries(
        Array.from({ length: 500 }, (_, n) => [n, { [`@${'x'.repeat(1_000)}`]: 1 }]),
      ),
    )
    expect(lines).toHaveLength(100)
    expect(lines[0]?.length).toBeLessThan(100)
  })
})
