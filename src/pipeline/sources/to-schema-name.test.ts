import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toSchemaName } from './to-schema-name.ts'

describe('toSchemaName', () => {
  it.each([
    ['Voucherify Prod', 'voucherify_prod'],
    ['Website', 'website'],
    ['3doctors', '_3doctors'],
    ['日本語', '_c12140a0'],
    ['!!!', '_9a7b006d'],
    ['PG Stats', '_pg_stats'],
    ['a'.repeat(80), 'a'.repeat(63)],
  ])('makes %j into %j (§8.2)', (nickname, schemaName) => {
    expect(toSchemaName(nickname)).toBe(schemaName)
  })

  it('gives a clash its number and keeps within the length (§8.2 rule 2)', () => {
    expect(toSchemaName('Website', 1)).toBe('website_1')
    expect(toSchemaName('a'.repeat(80), 12)).toBe(`${'a'.repeat(60)}_12`)
  })

  it('always yields a name that a warehouse takes, and another for each clash (§8.2 rule 3)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(10_000), (nickname, clash) => {
        const name = toSchemaName(nickname, clash)
        expect(name).toMatch(/^[a-z_][a-z0-9_]{0,62}$/)
        expect(toSchemaName(nickname, clash + 1)).not.toBe(name)
      }),
    )
  })
})
