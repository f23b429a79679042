import { describe, expect, it } from 'vitest'
import { calculateForgotten } from './calculate-forgotten.ts'

describe('what tells of a customer who was erased', () => {
  it('keeps the id alone, however deep it is', () => {
    const ada = { id: 'cust_1', name: 'Ada', object: 'customer' }
    const bob = { id: 'cust_2', name: 'Bob', object: 'customer' }
    const nobody = { id: 'cust_1', object: 'customer' }
    expect(
      calculateForgotten(
        { customer: bob, holder: ada, list: [ada, 1, null], in: { it: { customer: ada } } },
        'cust_1',
      ),
    ).toEqual({
      customer: bob,
      holder: nobody,
      list: [nobody, 1, null],
      in: { it: { customer: nobody } },
    })
  })
})
