import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import { unique } from './support.ts'

const t = useTestApp()
const CALLERS = 32

const aCampaign = async (more: object = {}) =>
  (
    await t.call('POST', '/v1/campaigns', {
      name: unique('pool'),
      type: 'AUTO_UPDATE',
      voucher: {
        type: 'DISCOUNT_VOUCHER',
        discount: { type: 'PERCENT', percent_off: 10 },
        code_config: { pattern: 'X-###########' },
      },
      ...more,
    })
  ).body

const publishAtOnce = (body: object, query = '') =>
  Promise.all(
    Array.from({ length: CALLERS }, () => t.call('POST', `/v1/publications${query}`, body)),
  )

describe('many publications to one customer at the same time', () => {
  it('give one code where the caller wants one only (P-5, programs scenario 70)', async () => {
    const campaign = await aCampaign()
    const customer = { source_id: unique('ada') }
    // Known before, so that nothing of the customer changes.
    await t.call('POST', '/v1/customers', customer)
    const answers = await publishAtOnce({ campaign: campaign.id, customer }, '?join_once=true')
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
    expect(new Set(answers.map(({ body }) => body.voucher.code)).size).toBe(1)
  })

  it('give one card of a program (P-5, L-3)', async () => {
    const campaign = await aCampaign({
      campaign_type: 'LOYALTY_PROGRAM',
      voucher: {
        type: 'LOYALTY_CARD',
        loyalty_card: { points: 10 },
        code_config: { pattern: 'C-###########' },
      },
    })
    const customer = { source_id: unique('bob') }
    await t.call('POST', '/v1/customers', customer)
    const answers = await publishAtOnce({ campaign: campaign.id, customer })
    const keys = answers.map(({ status, body }) => (status === 200 ? 'published' : body.key))
    expect(keys.filter((key) => key === 'published')).toHaveLength(1)
    expect(keys.filter((key) => key === 'voucher_cannot_be_published')).toHaveLength(CALLERS - 1)
  })
})
