import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readGlob } from './match-glob.ts'

function matches(pattern: string, text: string): boolean {
  const glob = readGlob(pattern)
  if (!glob.ok) throw new Error(glob.message)
  return glob.matches(text)
}

/** The meaning of patterns without sets, tried in every way: right, and slow. */
function matchesSlowly(pattern: string, text: string): boolean {
  if (pattern === '') return text === ''
  const [first, rest] = [pattern[0], pattern.slice(1)]
  if (first === '*')
    return Array.from({ length: text.length + 1 }, (_, at) => text.slice(at)).some((end) =>
      matchesSlowly(rest, end),
    )
  if (text === '' || (first !== '?' && first !== text[0])) return false
  return matchesSlowly(rest, text.slice(1))
}

describe('readGlob', () => {
  it.each([
    ['a*d', 'abcd', true],
    ['*', '', true],
    ['ab', 'abc', false],
    ['a??d', 'abcd', true],
    ['a??d', 'abd', false],
    ['*d', 'abcd', true],
    ['ab\\*d', 'ab*d', true],
    ['ab\\*d', 'abcd', false],
    ['ab[cC]d', 'abCd', true],
    ['ab[a-z]d', 'abcd', true],
    ['ab[A-Z]d', 'abcd', false],
    ['[^a-c]x', 'dx', true],
    ['[^a-c]x', 'bx', false],
    ['[\\]\\-\\\\]', ']', true],
    ['[\\]\\-\\\\]', '-', true],
    ['[*?]', '*', true],
    ['[*?]', 'a', false],
    ['?', '🎟', true],
    ['[🎠-🎢]', '🎡', true],
    ['\\a\\?', 'a?', true],
    ['ab*', 'a/b', false],
    ['a*', 'a/b\nc', true],
    ['**a**', 'bab', true],
    ['', '', true],
    ['', 'a', false],
    ['3.*', '3x2', false],
    ['.*', 'abc', false],
    ['(a+)+', 'aaa', false],
  ])('%s on %j is %s (§2.3 rule 4)', (pattern, text, result) => {
    expect(matches(pattern, text)).toBe(result)
  })

  it.each([
    ['a[b', 'never closed'],
    ['a[b\\', 'never closed'],
    ['a[', 'never closed'],
    ['a[]', 'without characters'],
    ['[z-a]', 'backwards'],
    ['[a-]', 'write \\-'],
    ['a\\', 'takes no character'],
    ['a'.repeat(257), '256'],
  ])('refuses %s', (pattern, message) => {
    expect(readGlob(pattern)).toMatchObject({
      ok: false,
      message: expect.stringContaining(message),
    })
  })

  it('matches what trying in every way matches', () => {
    const some = (letters: string[], maxLength: number) =>
      fc.array(fc.constantFrom(...letters), { maxLength }).map((all) => all.join(''))
    fc.assert(
      fc.property(some(['a', 'b', '*', '?'], 7), some(['a', 'b'], 9), (pattern, text) => {
        expect(matches(pattern, text)).toBe(matchesSlowly(pattern, text))
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([
    ['*a'.repeat(120).concat('*b'), 'a'.repeat(30_000)],
    [`*${'a'.repeat(250)}b`, 'a'.repeat(30_000)],
    ['*?'.repeat(120).concat('*b'), 'a'.repeat(30_000)],
    [`*${'[a-b]'.repeat(50)}c`, 'ab'.repeat(15_000)],
  ])('answers at once, whatever the pattern and the text: %#', (pattern, text) => {
    // A matcher that goes back to every star would not be done with the first of these in a lifetime.
    expect(matches(pattern, text)).toBe(false)
    expect(matches(`${pattern}*`, `${text}bc`)).toBe(true)
  })
})
