import { describe, expect, it } from 'vitest'
import { OCCURRENCE_TYPES } from './occurrence-types.ts'
import { SOURCE_EVENT_ROWS } from './source-events.ts'
import { toWebhookData, toWebhookEvents, WEBHOOK_EVENTS } from './webhook-events.ts'

const AT = '2026-06-01T12:00:00.000Z'
const namesOf = (...told: Parameters<typeof toWebhookEvents>) =>
  toWebhookEvents(...told).map(({ event }) => event)

describe('toWebhookEvents (§13.4)', () => {
  it('tells every occurrence under its own name', () => {
    for (const type of OCCURRENCE_TYPES) expect(namesOf(type, {})).toContain(type)
    for (const type of OCCURRENCE_TYPES) expect(WEBHOOK_EVENTS).toContain(type)
  })

  it("tells a customer's redemption as one of the project, too", () => {
    expect(namesOf('customer.redemption.rollback.failed', {})).toEqual([
      'customer.redemption.rollback.failed',
      'redemption.rollback.failed',
    ])
    expect(namesOf('redemption.succeeded', {})).toEqual(['redemption.succeeded'])
  })

  it('tells each code of a publication by itself (P-13)', () => {
    const one = { id: 'v_1' }
    expect(toWebhookEvents('customer.publication.succeeded', { voucher: one })).toEqual([
      { event: 'customer.publication.succeeded', part: 0 },
      { event: 'publication.succeeded', part: 0 },
      { event: 'voucher.published', part: 0 },
    ])
    const two = toWebhookEvents('customer.publication.succeeded', {
      vouchers: [one, { id: 'v_2' }],
    })
    expect(two.slice(2)).toEqual([
      { event: 'voucher.published', part: 0 },
      { event: 'voucher.published', part: 1 },
    ])
  })
})

describe('toWebhookData (§13.4)', () => {
  const data = { customer: { id: 'cust_1' }, campaign: null, publication: { id: 'pub_1' } }
  const told = (event: string, part: number, more: object) =>
    toWebhookData({ event, part }, { data: { ...data, ...more }, createdAt: AT })

  it('tells of a publication its user', () => {
    expect(told('publication.succeeded', 0, { voucher: null })).toEqual({
      user: null,
      ...data,
      voucher: null,
    })
  })

  it('tells of a published voucher the one it is about', () => {
    const vouchers = [{ id: 'v_1' }, { id: 'v_2' }]
    expect(told('voucher.published', 1, { vouchers })).toEqual({
      ...data,
      voucher: { id: 'v_2' },
      created_at: AT,
    })
  })

  it('tells of a redemption when it was', () => {
    expect(told('redemption.failed', 0, {})).toEqual({ ...data, created_at: AT })
    expect(told('customer.redemption.failed', 0, {})).toEqual(data)
  })
})

describe('SOURCE_EVENT_ROWS (D-03)', () => {
  it('sends nothing to the source that has no customer', () => {
    expect(Object.keys(SOURCE_EVENT_ROWS).filter((type) => !type.startsWith('customer.'))).toEqual(
      [],
    )
  })
})
