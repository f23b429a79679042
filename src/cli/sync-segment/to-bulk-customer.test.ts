import { describe, expect, it } from 'vitest'
import { toBulkCustomer } from './to-bulk-customer.ts'

describe('toBulkCustomer (engine-programs §16.8)', () => {
  it('takes what is known by name, and the rest as metadata', () => {
    const traits = {
      firstName: 'Ann',
      last_name: 'Lee',
      email: 'ann@example.com',
      phone: '+48 500',
      birthday: '1990-05-17T00:00:00.000Z',
      address: { city: 'Rome', postalCode: '00100', street: 'Via Appia 1', country: 'Italy' },
      city: 'Paris',
      plan: 'gold',
      logins: 3,
    }
    expect(toBulkCustomer('u1', traits)).toEqual({
      source_id: 'u1',
      name: 'Ann Lee',
      email: 'ann@example.com',
      phone: '+48 500',
      birthdate: '1990-05-17',
      address: {
        city: 'Rome',
        state: null,
        postal_code: '00100',
        line_1: 'Via Appia 1',
        country: 'Italy',
      },
      metadata: { city: 'Paris', plan: 'gold', logins: 3 },
      system_metadata: { source: 'segmentio' },
    })
  })

  it('finds an address among the traits themselves', () => {
    const { address, metadata } = toBulkCustomer('u1', { city: 'Rome', postal_code: 'I', plan: 1 })
    expect(address).toEqual({
      city: 'Rome',
      state: null,
      postal_code: 'I',
      line_1: null,
      country: null,
    })
    expect(metadata).toEqual({ plan: 1 })
  })

  it('leaves null what is not told, and prefers the whole name', () => {
    expect(toBulkCustomer('u1', {})).toMatchObject({
      name: null,
      email: null,
      birthdate: null,
      address: null,
      metadata: {},
    })
    expect(toBulkCustomer('u1', { name: 'Ann', firstName: 'X' })).toMatchObject({ name: 'Ann' })
    expect(toBulkCustomer('u1', { lastName: 'Lee' })).toMatchObject({ name: 'Lee' })
  })
})
