import { describe, expect, inject, it } from 'vitest'
import { requirePeer } from '../../support/peers.ts'
import { useReceiver } from '../../support/receiver.ts'
import { callManagement } from '../../support/server.ts'
import { waitFor } from '../../support/wait-for.ts'
import { openLegacy, useSdk } from './use-sdk.ts'

type Utils = {
  /** In major units of the currency. */
  calculatePrice(basePrice: number, voucher: object): number
  calculateDiscount(basePrice: number, voucher: object): number
  webhooks: { verifySignature(signature: string, message: object, secret: string): boolean }
}

describe.skipIf(!inject('hasPeers'))('the utilities of voucherify 5.2.0', () => {
  const sdk = useSdk(openLegacy)
  const receiver = useReceiver()
  const utils = (): Utils => requirePeer('voucherify/utils')

  it.each([
    ['PERCENT', { discount: { type: 'PERCENT', percent_off: 12.5 } }],
    ['AMOUNT', { discount: { type: 'AMOUNT', amount_off: 1_099 } }],
    ['MORE', { discount: { type: 'AMOUNT', amount_off: 99_999_999 } }],
    ['GIFT', { gift: { amount: 2_050 } }],
  ])('calculate for the voucher %s what the server does', async (code, benefit) => {
    const voucher = await sdk.client.vouchers.create({ code, ...benefit })
    const order = { amount: 12_344 }
    const { order: priced } = await sdk.client.validations.validate(code, { order })
    expect({
      price: priced.total_amount / 100,
      discount: priced.total_applied_discount_amount / 100,
    }).toEqual({
      price: utils().calculatePrice(123.44, voucher),
      discount: utils().calculateDiscount(123.44, voucher),
    })
  })

  it('find genuine what the server tells a webhook, and nothing else (trap 13)', async () => {
    const { id } = await callManagement(sdk.server, '/api/v1/webhooks', {
      method: 'POST',
      body: JSON.stringify({ target_url: `${receiver.address}/hook`, events: ['voucher.created'] }),
    })
    const { secret } = await callManagement(sdk.server, `/api/v1/webhooks/${id}/secret`)
    await sdk.client.vouchers.create({ code: 'told/"ü"', gift: { amount: 1 } })
    const { body, headers } = await waitFor('the webhook', () => receiver.requests[0])
    expect(body).toMatchObject({
      type: 'voucher.created',
      data: { voucher: { code: 'told/"ü"' } },
    })
    const signature = String(headers['x-voucherify-signature'])
    const isGenuine = (message: object) =>
      utils().webhooks.verifySignature(signature, message, secret)
    expect(isGenuine(body)).toBe(true)
    expect(isGenuine({ ...body, type: 'voucher.deleted' })).toBe(false)
  })
})
