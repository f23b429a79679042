import { describe, expect, it } from 'vitest'
import { runAsyncActions } from '../../../support/async-actions.ts'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()
const PARALLEL = 32

async function aCampaign(name: string) {
  await t.call('POST', '/v1/campaigns', {
    name,
    vouchers_count: 1,
    voucher: {
      type: 'DISCOUNT_VOUCHER',
      discount: { type: 'AMOUNT', amount_off: 500 },
      redemption: { quantity: 2 },
    },
  })
  await runAsyncActions(t)
  const { body } = await t.call('GET', `/v1/vouchers?campaign=${name}`)
  const redeemables = [{ object: 'voucher', id: body.vouchers[0].code }]
  return { redeemables, order: { amount: 2_000 } }
}
const summaryOf = async (name: string, period = '') =>
  (await t.call('GET', `/v1/campaigns/${name}/summary${period}`)).body

describe('GET /v1/campaigns/{id}/summary', () => {
  it('counts what happened in the period (§5.2)', async () => {
    const request = await aCampaign('Counted')
    const [first] = (await t.call('POST', '/v1/redemptions', request)).body.redemptions
    await t.call('POST', '/v1/redemptions', request)
    await t.call('POST', '/v1/redemptions', request)
    await t.call('POST', `/v1/redemptions/${first.id}/rollback`, {})
    expect(await summaryOf('Counted', '?start_date=2026-01-01')).toMatchObject({
      object: 'campaign_summary',
      campaign: { name: 'Counted', object: 'campaign' },
      vouchers_created: 1,
      redemptions: 3,
      redemptions_succeeded: 2,
      redemptions_failed: 1,
      rollbacks_succeeded: 1,
      discounted_amount: 1_000,
      validations: 0,
    })
  })

  it('counts every validation of a code, by whomever, of the hours of the period', async () => {
    const request = await aCampaign('Validated')
    await Promise.all(
      Array.from({ length: PARALLEL }, () => t.call('POST', '/v1/validations', request)),
    )
    t.clock.advance(3_600_000)
    const later = t.clock.now().toISOString()
    await t.call('POST', '/v1/redemptions', request)
    await t.call('POST', '/v1/redemptions', request)
    const refused = await t.call('POST', '/v1/validations', {
      ...request,
      customer: { source_id: 'somebody' },
    })
    expect(refused.body.valid).toBe(false)
    expect(await summaryOf('Validated')).toMatchObject({
      validations: PARALLEL + 1,
      validations_succeeded: PARALLEL,
      validations_failed: 1,
    })
    expect(await summaryOf('Validated', `?start_date=${later}`)).toMatchObject({
      validations: 1,
      validations_failed: 1,
    })
    expect(await summaryOf('Validated', '?end_date=2026-01-01')).toMatchObject({ validations: 0 })
  })
})
