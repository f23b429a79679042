import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '../../kernel/json.ts'
import { aMapping } from './arbitrary-mapping.fixture.ts'
import { mappingWarnings, pathsRead } from './paths-read.ts'

const path = (text: string): Json => ({ '@path': text })

describe('pathsRead', () => {
  it('is total', () => {
    fc.assert(
      fc.property(aMapping, (mapping) => void pathsRead(mapping as Json)),
      { numRuns: 200 },
    )
  })

  it.each<[string, Json, string[]]>([
    ['of @path', path('$.properties.email'), ['properties.email']],
    ['in one way of writing', [path("$.a['b c'][0]"), path('a.b c.0')], ['a.b c.0']],
    ['of the whole event', path('$.'), ['.']],
    ['of @template, trimmed', { '@template': '{{ b }} {{{a.c}}}' }, ['a.c', 'b']],
    [
      'of every branch of @if',
      JSON.parse('{"@if":{"exists":{"@path":"a"},"then":{"@path":"b"},"else":{"@path":"c"}}}'),
      ['a', 'b', 'c'],
    ],
    [
      'of a list and of its items',
      { '@arrayPath': ['$.p', { id: path('$.id'), x: { '@arrayPath': ['y', { z: path('z') }] } }] },
      ['p', 'p[].id', 'p[].y', 'p[].y[].z'],
    ],
    [
      'of @merge',
      { '@merge': { direction: 'left', objects: [path('a'), { b: path('b') }] } },
      ['a', 'b'],
    ],
    [
      'of what @transform applies, but not of its mapping',
      { '@transform': { apply: { x: path('a') }, mapping: { y: path('x') } } },
      ['a'],
    ],
    ['that make another path', path({ '@template': '$.traits.{{key}}' } as never), ['key']],
    [
      'of @liquid, without its own variables',
      { '@liquid': '{% assign x = a.b %}{{ x }}{{ c[0].d | append: e }}{{ f[g.h].i }}' },
      ['a.b', 'c.0.d', 'e', 'f', 'g.h'],
    ],
    [
      'of @case, @replace, @json, @flatten and @excludeWhenNull',
      [
        { '@case': { operator: 'lower', value: path('a') } },
        { '@replace': { pattern: 'x', value: path('b') } },
        { '@json': { mode: 'encode', value: path('c') } },
        { '@flatten': { separator: '.', value: path('d') } },
        { '@excludeWhenNull': { '@literal': path('e') } },
      ],
      ['a', 'b', 'c', 'd', 'e'],
    ],
    ['of an invalid mapping too', { bad: path(5 as never), good: path('a') }, ['a']],
  ])('names the paths %s (§3.6)', (_case, value, paths) => {
    expect(pathsRead({ v: value })).toEqual(paths)
  })
})

describe('mappingWarnings', () => {
  it('names what will fail though the mapping is valid', () => {
    const mapping = {
      a: [{ '@nope': 1 }, { '@path': 5 }],
      b: { '@if': { else: 1 } },
      c: { '@case': { operator: 'title', value: path('a') } },
      d: { '@liquid': '{% for x in list %}{% endfor %}' },
      e: { '@replace': { value: 'x', pattern: 'a', pattern2: 'longer than ten' } },
      f: path('a'),
    }
    expect(mappingWarnings(mapping).map(({ path: at, message }) => `${at} ${message}`)).toEqual([
      '/a/0 has an unknown directive: "@nope"',
      '/a/1/@path must be a string or a directive, not a number',
      '/b/@if must have "exists" or "blank"',
      '/c/@case/operator must be "lower" or "upper"',
      '/d/@liquid tag "for" is disabled, line:1, col:1',
      '/e/@replace must have patterns and replacements of at most 10 characters',
    ])
  })

  it('has nothing to say of a mapping that works', () => {
    expect(mappingWarnings({ a: path('a'), b: { '@liquid': '{{ a }}' } })).toEqual([])
  })
})
