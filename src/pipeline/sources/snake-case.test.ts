import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toSnakeCase } from './snake-case.ts'

describe('toSnakeCase', () => {
  it.each([
    ['Order Completed', 'order_completed'],
    ['Redemption succeeded', 'redemption_succeeded'],
    ['Redemption rollback failed', 'redemption_rollback_failed'],
    ['Customer rewarded with loyalty points', 'customer_rewarded_with_loyalty_points'],
    [
      'Customer creates a reward redemption request',
      'customer_creates_a_reward_redemption_request',
    ],
    ['voucherifyEvent', 'voucherify_event'],
    ['accountType', 'account_type'],
    ['userId', 'user_id'],
    ['userID', 'user_id'],
    ['context_nestedA_nestedB', 'context_nested_a_nested_b'],
    ['HTTPRequest', 'httprequest'],
    ['myURLParser', 'my_urlparser'],
    ['CStringRef', 'cstring_ref'],
    ['ABCDef', 'abcdef'],
    ['camelCaseABC', 'camel_case_abc'],
    ['UserID2FA', 'user_id2fa'],
    ['2FA Enabled', '2fa_enabled'],
    ['iPhone12Pro', 'i_phone12_pro'],
    ['v2Beta', 'v2_beta'],
    ['A1b2C3', 'a1b2_c3'],
    ['samPLE text', 'sam_ple_text'],
    ['edf_6N', 'edf_6n'],
    ['f_pX9', 'f_p_x9'],
    ['Café Visited', 'caf_visited'],
    ['Ünïcode', 'n_code'],
    ['日本語', ''],
    ['_private', 'private'],
    ['__x__y', 'x_y'],
    ['foo_', 'foo'],
    ['a__b', 'a_b'],
    ['a.b.c', 'a_b_c'],
    ['product-id', 'product_id'],
    ['user@email', 'user_email'],
    ['order #1', 'order_1'],
    ['$1,00,000', '1_00_000'],
    ['Order  Completed!!', 'order_completed'],
    ['ORDER COMPLETED', 'order_completed'],
    ['orderCompleted', 'order_completed'],
    ['Price ($)', 'price'],
    ['select', 'select'],
    ['Order Completed Last 30 days', 'order_completed_last_30_days'],
    ['Order Completed Last 30Days', 'order_completed_last_30days'],
    ['order_completed_last_30days', 'order_completed_last_30days'],
    ['Big Spenders (VIP)', 'big_spenders_vip'],
    ['', ''],
  ])('writes %j as %j (§8.4)', (name, snake) => {
    expect(toSnakeCase(name)).toBe(snake)
  })

  const names = fc.string({
    unit: fc.constantFrom(...'abzABZ0189__  -.$', 'é', '日'),
    maxLength: 14,
  })
  const holds = (check: (name: string) => void): void =>
    fc.assert(
      fc.property(fc.oneof(names, fc.string({ unit: 'binary' })), (name) => {
        check(name)
      }),
      { numRuns: 1_000 },
    )

  it('yields nothing, or words of lower case and digits joined by single underscores', () => {
    holds((name) => expect(toSnakeCase(name)).toMatch(/^(?:[a-z0-9]+(?:_[a-z0-9]+)*)?$/))
  })

  it('leaves its own results as they are', () => {
    holds((name) => expect(toSnakeCase(toSnakeCase(name))).toBe(toSnakeCase(name)))
  })

  it('keeps every ASCII letter and digit in order', () => {
    holds((name) =>
      expect(toSnakeCase(name).replaceAll('_', '')).toBe(
        name.replace(/[^A-Za-z0-9]/g, '').toLowerCase(),
      ),
    )
  })

  it('does what the four steps of §8.4 say, character by character', () => {
    holds((name) => expect(toSnakeCase(name)).toBe(inSteps(name)))
  })
})

const isLower = (char: string | undefined): boolean => /^[a-z]$/.test(char ?? '')
const isUpper = (char: string | undefined): boolean => /^[A-Z]$/.test(char ?? '')
const isDigit = (char: string | undefined): boolean => /^[0-9]$/.test(char ?? '')
const isSmall = (char: string | undefined): boolean => isLower(char) || isDigit(char)
const isLarge = (char: string | undefined): boolean => isUpper(char) || isDigit(char)

/** The steps as they are written down, one character after the other. */
function inSteps(name: string): string {
  const chars = [...name]
  const take = (belongs: (char: string | undefined, at: number) => boolean): string => {
    const end = chars.findIndex((char, at) => !belongs(char, at))
    return chars.splice(0, end === -1 ? chars.length : end).join('')
  }
  const takeWord = (): string => take(isLarge).toLowerCase() + take(isSmall)

  let output = take(
    (char, at) => isSmall(char) || (char === '_' && at > 0 && isSmall(chars[at + 1])),
  )
  const hasLower = [...output].some(isLower)
  const hasLowerAtEnd = [...output.slice(output.lastIndexOf('_') + 1)].some(isLower)
  const isJoined = !hasLower || (output.includes('_') && !hasLowerAtEnd)
  if (isUpper(chars[0]) && isJoined) output += takeWord()
  while (chars.length > 0) {
    take((char) => !isSmall(char) && !isLarge(char))
    if (chars.length > 0) output += (output === '' ? '' : '_') + takeWord()
  }
  return output
}
