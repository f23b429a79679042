import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromStoredData, toStoredData } from './occurrence-data.ts'

const OBJECT = fc.dictionary(fc.constantFrom('id', 'object', 'metadata'), fc.string())
const RELATED = fc.option(OBJECT)
const TELLER = fc.record({
  id: fc.string(),
  customer: fc.constantFrom('shared', 'own', undefined),
  order: fc.constantFrom('shared', 'own', undefined),
})

describe('the payload of an occurrence', () => {
  it('is stored without what its redemption repeats', () => {
    const order = { id: 'ord_1', amount: 100 }
    const customer = { id: 'cust_1' }
    const data = { customer, order, redemption: { id: 'r_1', order, customer, voucher: null } }
    expect(toStoredData(data)).toEqual({
      customer,
      order,
      redemption: { id: 'r_1', order: '=', customer: '=', voucher: null },
    })
  })

  it('keeps an order that only the redemption has', () => {
    const data = { order: { id: 'ord_1' }, redemption: { order: { id: 'ord_1', amount: 1 } } }
    expect(toStoredData(data)).toEqual(data)
  })

  it('comes back as it was announced, whatever it is', () => {
    fc.assert(
      fc.property(RELATED, RELATED, fc.option(TELLER), fc.option(TELLER), (...given) => {
        const [customer, order, first, second] = given
        const shared = { customer, order }
        const tell = (teller: typeof first) =>
          teller && {
            id: teller.id,
            ...Object.fromEntries(
              (['customer', 'order'] as const).flatMap((key) =>
                teller[key] === undefined
                  ? []
                  : [[key, teller[key] === 'shared' ? shared[key] : { id: 'another' }]],
              ),
            ),
          }
        const data = { ...shared, redemption: tell(first), redemption_rollback: tell(second) }
        const stored = JSON.parse(JSON.stringify(toStoredData(data)))
        expect(fromStoredData(stored)).toEqual(JSON.parse(JSON.stringify(data)))
      }),
    )
  })
})
