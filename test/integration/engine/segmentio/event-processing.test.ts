import { describe, expect, it } from 'vitest'
import { defineMetadata } from '../../../support/metadata-schemas.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { eventsOf, occurrencesOf, send, typesOf } from './support.ts'

const t = useTestApp()
const track = (body: object) => send(t, 'event', { type: 'track', ...body })
const customerNow = async (sourceId: string) =>
  (await t.call('GET', `/v1/customers/${sourceId}`)).body

describe('POST /segmentio/event-processing', () => {
  it('stores the event with its metadata and creates its customer (programs scenario 89, SI-20, SI-24)', async () => {
    const { status, body } = await track({
      customer: { source_id: 'u-1', email: 'p@x.io' },
      referral: {},
      loyalty: {},
      metadata: { a: 1, b: 'x' },
      event: 'Order Completed',
    })
    expect(status).toBe(200)
    expect(body).toEqual({
      object: 'event',
      type: 'Order Completed',
      customer: {
        id: expect.stringMatching(/^cust_/),
        source_id: 'u-1',
        email: 'p@x.io',
        metadata: {},
        object: 'customer',
      },
      referral: null,
      loyalty: null,
    })
    expect(await eventsOf(t, 'u-1')).toEqual([
      { type: 'Order Completed', metadata: { a: 1, b: 'x' }, referral: null, loyalty: null },
    ])
    expect(await customerNow('u-1')).toMatchObject({
      email: 'p@x.io',
      metadata: {},
      system_metadata: { source: 'segmentio' },
    })
    const occurrences = await occurrencesOf(t, 'u-1')
    expect(typesOf(occurrences)).toEqual(['customer.created', 'customer.custom_event'])
    expect(new Set(occurrences.map(({ group_id }) => group_id)).size).toBe(1)
  })

  it('changes no more of a customer than the e-mail, and that only when one is given (SI-20)', async () => {
    const customer = { source_id: 'known', name: 'N', email: 'a@x.io', metadata: { k: 1 } }
    await send(t, 'customer', customer)
    for (const email of [null, '', undefined])
      await track({ customer: { source_id: 'known', email }, event: 'E' })
    expect(await customerNow('known')).toMatchObject(customer)
    await track({ customer: { source_id: 'known', email: 'b@x.io' }, event: 'E' })
    expect(await customerNow('known')).toMatchObject({ ...customer, email: 'b@x.io' })
  })

  it.each([
    [{ event: 'Viewed  Page', type: 'page' }, 'Viewed  Page'],
    [{ event: 'Viewed S Screen', type: 'screen' }, 'Viewed S Screen'],
    [{ type: 'page' }, 'page'],
    [{ event: '', type: 'screen' }, 'screen'],
  ])('stores %j under the name %j (programs scenario 91, SI-21, SI-26)', async (named, name) => {
    const { body } = await track({ customer: { source_id: 'named' }, ...named })
    expect(body.type).toBe(name)
  })

  it('keeps the metadata of events as it came, whatever the schema of customers says (SI-24)', async () => {
    await defineMetadata(t, 'customer', { plan: { type: 'string' } })
    const metadata = { a: 1, n: null, deep: { x: [1, null] } }
    const { body } = await track({ customer: { source_id: 'deep' }, metadata, event: 'Deep' })
    expect(body).not.toHaveProperty('warnings')
    expect((await eventsOf(t, 'deep'))[0]).toMatchObject({ metadata })
  })

  it('stores an event whose codes nobody has, and says that they had no effect (D-07, programs scenario 90)', async () => {
    const { status, body } = await track({
      customer: { source_id: 'referred' },
      referral: { code: 'REF1', referrer_id: 'r-1' },
      loyalty: { code: 'LC1' },
      event: 'Order Completed',
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      object: 'event',
      warnings: [
        {
          key: 'code_not_found',
          property: 'referral.code',
          message: 'referral.code had no effect: there is no code REF1',
        },
        { key: 'code_not_found', property: 'loyalty.code' },
      ],
    })
    expect(await eventsOf(t, 'referred')).toEqual([
      {
        type: 'Order Completed',
        metadata: {},
        referral: { code: 'REF1', referrer_id: 'r-1' },
        loyalty: { code: 'LC1' },
      },
    ])
  })

  it('takes a referral or a card without code for none (SI-22)', async () => {
    const { body } = await track({
      customer: { source_id: 'codeless' },
      referral: { referrer_id: 'r-1' },
      loyalty: { code: '' },
      event: 'E',
    })
    expect(body).toMatchObject({ referral: null, loyalty: null })
    expect(body).not.toHaveProperty('warnings')
  })

  it('stores the same event each time it comes (SI-42, E-9)', async () => {
    const body = { customer: { source_id: 'again' }, event: 'Again' }
    await track(body)
    await track(body)
    expect(await eventsOf(t, 'again')).toHaveLength(2)
  })

  it.each([
    [{ event: 'E' }, "Payload should have required property 'customer'"],
    [
      { event: 'E', customer: { email: 'a@x.io' } },
      "Property .customer should have required property 'source_id'",
    ],
    [
      { event: 'E', customer: { source_id: 'u' }, metadata: [] },
      'Property .metadata must be object',
    ],
    [{ event: 'x'.repeat(301), customer: { source_id: 'u' } }, 'event'],
  ])('refuses %j', async (body, details) => {
    const answer = await track(body)
    expect(answer).toMatchObject({ status: 400, body: { key: 'invalid_payload' } })
    expect(answer.body.details).toContain(details)
  })
})
