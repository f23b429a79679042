import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileSteps, parsePath, parseRootedPath, readSteps } from './path.ts'

describe('parsePath', () => {
  it.each([
    ['', []],
    ['.', []],
    ['..', []],
    ['a', ['a']],
    ['a.b', ['a', 'b']],
    ['a..b.', ['a', 'b']],
    ['tags[0]', ['tags', '0']],
    ['tags.0', ['tags', '0']],
    ["a['b c']", ['a', 'b c']],
    ['a["b"].c', ['a', 'b', 'c']],
    ['a[b]', ['a[b]']],
    ["it's", ['its']],
    ["a['']", ['a', '']],
    ["a['b.c']", ['a', 'b', 'c']],
  ])('cuts %j into %j (§3.2 rule 3)', (path, steps) => {
    expect(parsePath(path)).toEqual(steps)
  })
})

describe('parseRootedPath', () => {
  it.each([
    ['$.a.b', ['a', 'b']],
    ['$.', []],
    ['$', ['$']],
    ['$.a.$.b', ['a', '$', 'b']],
    ['a$.b', ['ab']],
  ])('takes the first "$." out of %j (§3.2 rule 1)', (path, steps) => {
    expect(parseRootedPath(path)).toEqual(steps)
  })
})

describe('readSteps', () => {
  it.each<[unknown, string[], unknown]>([
    [{ a: null }, ['a', 'b'], null],
    [{ a: 0 }, ['a', 'b'], 0],
    [{ a: '' }, ['a', 'length'], ''],
    [{ a: false }, ['a', 'b', 'c'], false],
    [{ a: 'text' }, ['a', 'length'], 4],
    [{ a: 'text' }, ['a', '0'], 't'],
    [{ a: [1, 2] }, ['a', 'length'], 2],
    [{ a: 5 }, ['a', 'toFixed'], undefined],
    [null, ['a'], null],
    [undefined, [], undefined],
  ])('finds in %j at %j: %j (§3.2 rule 5)', (payload, steps, value) => {
    expect(readSteps(payload, steps)).toBe(value)
  })

  it('is what compileSteps does for steps known beforehand', () => {
    const step = fc.constantFrom('a', 'b', '0', 'length', 'constructor', '__proto__', 'at', 'big')
    const { payload } = fc.letrec((tie) => ({
      payload: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom(null, undefined, 0, '', 'text', true),
        fc.array(tie('payload'), { maxLength: 2 }),
        fc.dictionary(step, tie('payload'), { maxKeys: 3 }),
      ),
    }))
    fc.assert(
      fc.property(payload, fc.array(step, { maxLength: 4 }), (value, steps) => {
        expect(compileSteps(steps)(value)).toBe(readSteps(value, steps))
      }),
    )
  })
})
