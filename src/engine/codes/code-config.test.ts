import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../platform/limits.ts'
import {
  type CodeConfig,
  type CodeConfigInput,
  countCodes,
  fillPattern,
  parseCodeConfig,
  toCodeConfigView,
} from './code-config.ts'
import { generateCodes } from './generate-codes.ts'

const newCode = (config: CodeConfig): string => generateCodes(config, 1)[0] ?? ''
const count = (text: string, character: string): number => text.split(character).length - 1
const refused = (input: CodeConfigInput) => {
  try {
    parseCodeConfig(input)
  } catch (error) {
    return error
  }
  return undefined
}

describe('a generated code', () => {
  it('has 8 letters and digits by default', () => {
    expect(newCode(parseCodeConfig(undefined))).toMatch(/^[0-9a-zA-Z]{8}$/)
    expect(newCode(parseCodeConfig({ length: null, charset: null, pattern: null }))).toMatch(
      /^[0-9a-zA-Z]{8}$/,
    )
  })

  it('puts prefix and postfix around the filled pattern (R-CODE-01, scenario 91)', () => {
    const config = parseCodeConfig({
      prefix: 'New-',
      pattern: 'GIFT-CARD-##########',
      postfix: '0',
    })
    expect(newCode(config)).toMatch(/^New-GIFT-CARD-[0-9a-zA-Z]{10}0$/)
  })

  it('follows a pattern rather than a length', () => {
    expect(newCode(parseCodeConfig({ pattern: '10OFF-###', length: 20 }))).toMatch(
      /^10OFF-[0-9a-zA-Z]{3}$/,
    )
  })

  it('fills every # and nothing else, from the charset only', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('#', 'A', '-', 'é', '😀'), minLength: 1, maxLength: 30 }),
        fc.uniqueArray(fc.constantFrom(...'0123456789xyz🍒'), { minLength: 1 }),
        (pattern, characters) => {
          const config = parseCodeConfig({ pattern, charset: characters.join('') })
          const code = Array.from(newCode(config))
          const places = Array.from(pattern)
          expect(code).toHaveLength(places.length)
          for (const [index, place] of places.entries()) {
            if (place === '#') expect(characters).toContain(code[index])
            else expect(code[index]).toBe(place)
          }
        },
      ),
    )
  })

  it('gives each choice of the source of chance a code of its own, so none is likelier', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 5 }),
        fc.integer({ min: 1, max: 3 }),
        (size, places) => {
          const config = parseCodeConfig({
            charset: 'ABCDE'.slice(0, size),
            pattern: '#'.repeat(places),
          })
          const total = size ** places
          const codes = Array.from({ length: total }, (_, choice) => {
            let left = choice
            return fillPattern(config, (n) => {
              const index = left % n
              left = Math.floor(left / n)
              return index
            })
          })
          expect(new Set(codes).size).toBe(total)
        },
      ),
    )
  })

  it('uses all characters about equally often', () => {
    // 62 does not divide 256: taking bytes modulo 62 would favour the first 8 characters by a quarter.
    const code = Array.from({ length: 400 }, () => newCode(parseCodeConfig({ length: 200 }))).join(
      '',
    )
    const first = Array.from('01234567').reduce((sum, character) => sum + count(code, character), 0)
    const expected = (code.length * 8) / 62
    // 80,000 draws: a standard deviation is 95, the bias would be 2,100.
    expect(Math.abs(first - expected)).toBeLessThan(700)
  })
})

describe('a code configuration', () => {
  it('is shown with its defaults, the length being that of the random part (R-CODE-01)', () => {
    expect(toCodeConfigView(parseCodeConfig(undefined))).toEqual({
      length: 8,
      charset: '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ',
      pattern: '########',
    })
    const config = parseCodeConfig({ pattern: '10OFF-#######', prefix: 'A', charset: 'XY' })
    expect(toCodeConfigView(config)).toEqual({
      length: 7,
      charset: 'XY',
      pattern: '10OFF-#######',
      prefix: 'A',
    })
    expect(countCodes(config)).toBe(128)
  })

  it.each([
    ['an empty charset', { charset: '' }],
    ['no length', { length: 0 }],
    ['a negative length', { length: -1 }],
    ['a length beyond the limit', { length: LIMITS.codeLengthMax + 1 }],
    ['a prefix that makes codes too long', { prefix: 'x'.repeat(LIMITS.codeLengthMax) }],
    [
      'characters that make codes too long',
      { charset: '🍒', pattern: '#'.repeat(LIMITS.codeLengthMax) },
    ],
  ])('is refused with %s', (_case, input) => {
    expect(refused(input)).toMatchObject({ key: 'invalid_code_config', status: 400 })
  })
})
