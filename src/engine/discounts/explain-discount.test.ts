import { describe, expect, it } from 'vitest'
import { money } from '../../kernel/money.ts'
import { aCart, aLine, amountOff, apply, percent, scopeOf } from './discounts.fixture.ts'
import { explainDiscount } from './explain-discount.ts'

describe('explainDiscount', () => {
  it('tells the amounts before and after of the order', () => {
    const before = aCart(2000)
    expect(explainDiscount(before, apply(before, percent(10)))).toEqual({
      what: 'discount {"type":"PERCENT","percent_off":10,"effect":"APPLY_TO_ORDER","is_dynamic":false}',
      passed: true,
      actual: { before: 2000, after: 1800, discount: 200 },
      parts: [
        {
          what: 'order',
          passed: true,
          actual: { before: { discount_amount: 0 }, after: { discount_amount: 200 } },
        },
      ],
    })
  })

  it('tells of each line, and which caps hit', () => {
    const before = aCart([aLine('a', 1000, 5), aLine('b', 300), aLine('c', 50)])
    const discount = amountOff(400, { effect: 'APPLY_TO_ITEMS', aggregatedAmountLimit: money(600) })
    const scope = scopeOf(['a', 'b'], { quantity_limit: 2 })
    const { parts } = explainDiscount(before, apply(before, discount, { scope }))
    expect(parts?.map(({ what, message }) => [what, message])).toEqual([
      ['order.items[0]', 'units limited by quantity_limit: 5 became 2'],
      [
        'order.items[1]',
        'limited to what was left to pay of the line: 400 became 300; limited by aggregated_amount_limit: 300 became 200',
      ],
    ])
  })

  it('says so when nothing is taken off', () => {
    const before = aCart([aLine('a', 1000)])
    const applied = apply(before, percent(10), { scope: scopeOf(['z']) })
    expect(explainDiscount(before, applied)).toMatchObject({
      actual: { before: 1000, after: 1000, discount: 0 },
      message: 'It takes nothing off',
      parts: [],
    })
  })
})
