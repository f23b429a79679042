import { describe, expect, it } from 'vitest'
import { type ExpirationRules, refuseIncomplete } from './expiration-rules.ts'

describe('rules that name no day', () => {
  it('are refused by the property they lack', () => {
    const refused = (rules: ExpirationRules) => () => refuseIncomplete(rules, '.expiration_rules')
    expect(refused({ period_type: 'MONTH' })).toThrow()
    expect(refused({ period_type: 'FIXED_DAY_OF_YEAR', fixed_month: 2 })).toThrow()
    expect(
      refused({ period_type: 'MONTH', period_value: 1, rounding_type: 'PARTICULAR_MONTH' }),
    ).toThrow()
    expect(refused({ period_type: 'MONTH', period_value: 0 })).not.toThrow()
    expect(refused({})).not.toThrow()
  })
})
