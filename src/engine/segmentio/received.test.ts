import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ApiError } from '../../kernel/api-error.ts'
import { readCustomerBody, readEventBody, readGroupBody } from './received.ts'

/** The customer that a customer-processing body with these fields says something about. */
const customerOf = (fields: object) =>
  readCustomerBody({ source_id: 'u-1', type: 'identify', ...fields }).customer

const refusalOf = (read: () => unknown): string | undefined => {
  try {
    read()
  } catch (error) {
    if (error instanceof ApiError) return `${error.key}: ${error.context.details}`
    throw error
  }
  return undefined
}

describe('readCustomerBody', () => {
  it.each<[object, string | null | undefined]>([
    [{ name: 'Jane Roe', first_name: 'Ada', last_name: 'L' }, 'Jane Roe'],
    [{ first_name: 'Ada', last_name: 'L' }, 'Ada L'],
    [{ first_name: ' Ada ', last_name: '' }, 'Ada'],
    [{ last_name: 'L' }, 'L'],
    [{ name: '', first_name: 'Ada' }, 'Ada'],
    [{ name: null, first_name: 'Ada', last_name: null }, 'Ada'],
    [{ name: true }, 'true'],
    [{ name: null }, null],
    [{ first_name: null, last_name: null }, null],
    [{ first_name: null }, undefined],
    [{ name: '  ' }, undefined],
    [{}, undefined],
  ])('makes of %j the name %j (SI-11, D-05)', (fields, name) => {
    expect(customerOf(fields).name).toBe(name)
  })

  it.each<[unknown, string | null | undefined]>([
    ['1990-01-02', '1990-01-02'],
    ['1990-01-02T10:00:00Z', '1990-01-02'],
    ['1990-01-02T23:00:00-05:00', '1990-01-03'],
    [null, null],
    ['', undefined],
    [undefined, undefined],
  ])('reads the birthdate %j as %j (SI-13)', (birthdate, expected) => {
    const received = readCustomerBody({ source_id: 'u-1', birthdate })
    expect(received).toMatchObject({ warnings: [] })
    expect(received.customer.birthdate).toBe(expected)
  })

  it.each(['not-a-date', '1990-02-30', 631_238_400, '0000-01-01', '9999-12-31T23:00:00-05:00'])(
    'leaves out the birthdate %j with a warning (SI-13)',
    (birthdate) => {
      const { customer, warnings } = readCustomerBody({ source_id: 'u-1', birthdate })
      expect(customer).not.toHaveProperty('birthdate')
      expect(warnings).toEqual([
        {
          key: 'birthdate_not_stored',
          property: 'birthdate',
          message: 'birthdate was not stored: must be an ISO 8601 date',
        },
      ])
    },
  )

  it.each<[unknown, object | null | undefined]>([
    [
      { city: 'W', state: 'S', postal_code: 1, street: 'st 1', country: 'PL' },
      { city: 'W', state: 'S', postal_code: '1', line_1: 'st 1', country: 'PL' },
    ],
    [{ city: null, street: '' }, { city: null }],
    [{ city: '' }, undefined],
    [{}, undefined],
    [null, null],
    [undefined, undefined],
  ])('reads the address %j as %j (SI-14, D-05)', (address, expected) => {
    expect(customerOf({ address }).address).toEqual(expected)
  })

  it('passes null on to be cleared and leaves out what is absent or empty (D-05)', () => {
    expect(customerOf({ email: null, phone: null, description: null })).toEqual({
      source_id: 'u-1',
      email: null,
      phone: null,
      description: null,
    })
    expect(customerOf({ email: '', phone: '', description: '' })).toEqual({ source_id: 'u-1' })
  })

  it('clears no metadata when metadata itself is null, only keys that are (D-05)', () => {
    expect(customerOf({ metadata: null })).not.toHaveProperty('metadata')
    expect(customerOf({ metadata: { code: null } }).metadata).toEqual({ code: null })
  })

  it('takes numbers for texts (SI-10)', () => {
    expect(customerOf({ source_id: 12_345, phone: 123 })).toEqual({
      source_id: '12345',
      phone: '123',
    })
  })

  it.each([{}, { source_id: '' }, { source_id: null }, undefined])(
    'refuses %j, which names no customer (SI-10)',
    (body) => {
      expect(refusalOf(() => readCustomerBody(body))).toBe(
        "invalid_payload: Payload should have required property 'source_id'",
      )
    },
  )

  it.each([{ name: {} }, { address: 'home' }, { metadata: [1] }, { source_id: ['u'] }])(
    'refuses the wrong types of %j',
    (fields) => {
      expect(refusalOf(() => customerOf(fields))).toMatch(/^invalid_payload: Property \./)
    },
  )
})

describe('readEventBody', () => {
  const eventOf = (fields: object) =>
    readEventBody({ customer: { source_id: 'u-1' }, type: 'track', ...fields }).event

  it.each([
    [{ event: 'Order Completed' }, 'Order Completed'],
    [{ event: ' Order Completed ' }, 'Order Completed'],
    [{ event: 'Viewed  Page', type: 'page' }, 'Viewed  Page'],
    [{ type: 'page' }, 'page'],
    [{ event: '  ', type: 'screen' }, 'screen'],
    [{ event: null }, 'track'],
  ])('names the event of %j %j (SI-21, SI-26)', (fields, name) => {
    expect(eventOf(fields)?.type).toBe(name)
  })

  it.each<[object, object]>([
    [
      { referral: { code: 'REF1', referrer_id: 'r-1' }, loyalty: { code: 'LC1' } },
      { referral: { code: 'REF1', referrer_id: 'r-1' }, loyalty: { code: 'LC1' } },
    ],
    [{ referral: { code: 'REF1' } }, { referral: { code: 'REF1', referrer_id: null } }],
    [{ referral: { referrer_id: 'r-1' } }, { referral: null, loyalty: null }],
    [
      { referral: { code: '' }, loyalty: { code: null } },
      { referral: null, loyalty: null },
    ],
    [
      { referral: {}, loyalty: {} },
      { referral: null, loyalty: null },
    ],
    [
      { referral: null, loyalty: null },
      { referral: null, loyalty: null },
    ],
  ])('reads the codes of %j as %j (SI-22)', (fields, expected) => {
    expect(eventOf(fields)).toMatchObject(expected)
  })

  it('gives the metadata to the event alone, as it came (SI-24)', () => {
    const metadata = { a: 1, n: null, deep: { x: [1, null] } }
    const received = readEventBody({ customer: { source_id: 'u-1' }, event: 'E', metadata })
    expect(received.event?.metadata).toEqual(metadata)
    expect(received.customer).toEqual({ source_id: 'u-1' })
  })

  it.each([null, ''])('takes the e-mail %j for none (SI-20)', (email) => {
    const { customer } = readEventBody({ customer: { source_id: 'u-1', email }, event: 'E' })
    expect(customer).toEqual({ source_id: 'u-1' })
  })

  it.each([
    [{ event: 'E' }, "Payload should have required property 'customer'"],
    [{ event: 'E', customer: {} }, "Property .customer should have required property 'source_id'"],
    [{ customer: { source_id: 'u-1' } }, "Payload should have required property 'event'"],
    [
      { event: 'x'.repeat(301), customer: { source_id: 'u-1' } },
      'Property .event must NOT have more than 300 characters',
    ],
    [
      { event: 'order.created', customer: { source_id: 'u-1' } },
      'Property .event must not begin with customer. or order.',
    ],
    [
      { event: 'E', customer: { source_id: 'u-1' }, metadata: { a: ['\0'] } },
      'Property .metadata.a[0] must not contain U+0000',
    ],
    [
      { event: 'E', customer: { source_id: 'u-1' }, metadata: 'x' },
      'Property .metadata must be object',
    ],
  ])('refuses %j', (body, details) => {
    expect(refusalOf(() => readEventBody(body))).toContain(`invalid_payload: ${details}`)
  })
})

describe('readGroupBody', () => {
  it('makes traits and group id metadata of the customer, the id in its system metadata too (D-06)', () => {
    const traits = { name: 'Acme', employees: 42, address: { city: 'X' }, group_id: 'other' }
    expect(
      readGroupBody({ customer: { source_id: 'u-1', email: 'top@x' }, group_id: 7, traits }),
    ).toEqual({
      customer: {
        source_id: 'u-1',
        email: 'top@x',
        metadata: { name: 'Acme', employees: 42, address: { city: 'X' }, group_id: '7' },
      },
      systemMetadata: { group_id: '7' },
      warnings: [],
    })
  })

  it.each([
    [{ group_id: 'g' }, "Payload should have required property 'customer'"],
    [{ customer: { source_id: 'u-1' } }, "Payload should have required property 'group_id'"],
    [{ customer: { source_id: 'u-1' }, group_id: '\0' }, 'Property .group_id must not contain'],
    [
      { customer: { source_id: 'u-1' }, group_id: 'g', traits: 'x' },
      'Property .traits must be object',
    ],
  ])('refuses %j', (body, details) => {
    expect(refusalOf(() => readGroupBody(body))).toContain(`invalid_payload: ${details}`)
  })
})

describe('each body', () => {
  const part = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant(undefined))
  const reference = fc.oneof(part, fc.record({ source_id: part, email: part }))

  it.each([
    [
      'customer',
      readCustomerBody,
      fc.record({
        source_id: part,
        name: part,
        first_name: part,
        birthdate: part,
        address: fc.oneof(part, fc.record({ city: part, street: part })),
        metadata: part,
      }),
    ],
    [
      'event',
      readEventBody,
      fc.record({
        customer: reference,
        event: part,
        type: part,
        metadata: part,
        referral: fc.oneof(part, fc.record({ code: part, referrer_id: part })),
        loyalty: fc.oneof(part, fc.record({ code: part })),
      }),
    ],
    ['group', readGroupBody, fc.record({ customer: reference, group_id: part, traits: part })],
  ] as const)(
    'of a %s names a customer or is refused with a reason, whatever it says',
    (_kind, read, body) => {
      fc.assert(
        fc.property(fc.oneof(part, body), (said) => {
          try {
            expect(read(said).customer.source_id).not.toBe('')
          } catch (error) {
            expect(error).toMatchObject({
              key: 'invalid_payload',
              context: { details: expect.any(String) },
            })
          }
        }),
      )
    },
  )
})
