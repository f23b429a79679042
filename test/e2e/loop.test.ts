import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { makeDir, type OwnDir } from '../support/make-dir.ts'
import { requirePeer } from '../support/peers.ts'
import { listReceived, type ReceivedEvent, type Server, startServer } from '../support/server.ts'
import { waitFor } from '../support/wait-for.ts'

/** The parts of the published clients that this test uses; their own types want DOM and old modules. */
type AnalyticsNode = {
  identify(call: object): void
  track(call: object): void
  page(call: object): void
  group(call: object): void
  on(event: 'error', listener: (error: unknown) => void): void
  closeAndFlush(): Promise<void>
}
// biome-ignore lint/suspicious/noExplicitAny: an SDK of a hundred methods, called as its users do.
type VoucherifyClient = any

const USER = 'user_ada'

describe.skipIf(!inject('hasPeers'))('the loop, through the published SDKs', () => {
  let folder: OwnDir
  let server: Server
  let voucherify: VoucherifyClient
  const sdkErrors: unknown[] = []

  beforeAll(async () => {
    folder = await makeDir()
    server = await startServer({ dataDir: folder.dir })

    const { Analytics } = requirePeer('@segment/analytics-node') as {
      Analytics: new (settings: object) => AnalyticsNode
    }
    const analytics = new Analytics({ writeKey: server.writeKey, host: server.address })
    analytics.on('error', (error) => sdkErrors.push(error))
    analytics.identify({
      userId: USER,
      traits: {
        firstName: 'Ada',
        lastName: 'Lovelace',
        name: 'Ada Lovelace',
        email: 'ada@example.com',
        address: { city: 'London', country: 'UK' },
      },
    })
    analytics.identify({
      userId: USER,
      traits: {
        phone: '+44 20 7946 0000',
        address: { city: 'London', street: '12 St James’s Square' },
      },
    })
    analytics.track({ userId: USER, event: 'Order Completed', properties: { total: 42.5 } })
    analytics.page({ userId: USER, name: 'Pricing', properties: { path: '/pricing' } })
    analytics.group({ userId: USER, groupId: 'group_analysts', traits: { plan: 'pro' } })
    await analytics.closeAndFlush()

    const { VoucherifyServerSide } = requirePeer('@voucherify/sdk') as {
      VoucherifyServerSide: (settings: object) => VoucherifyClient
    }
    voucherify = VoucherifyServerSide({
      apiUrl: server.address,
      applicationId: server.appId,
      secretKey: server.appToken,
    })
  })
  afterAll(async () => {
    await server?.end()
    await folder?.remove()
  })

  const returned = (name: string): Promise<ReceivedEvent> =>
    waitFor(`"${name}" from the source Voucherify`, async () =>
      (await listReceived(server, 'voucherify')).find((event) => event.event === name),
    )

  it('accepts every call of analytics-node', () => {
    expect(sdkErrors).toEqual([])
  })

  it('keeps all five calls, in the order they were made', async () => {
    const received = await listReceived(server, 'website')
    expect(received.map(({ type, event }) => event ?? type)).toEqual([
      'identify',
      'identify',
      'Order Completed',
      'page',
      'group',
    ])
  })

  it('gives the engine a customer with the merged name and address', async () => {
    const customer = await waitFor('the customer in the engine', async () => {
      const found = await voucherify.customers.get(USER).catch(() => undefined)
      return found?.metadata?.group_id ? found : undefined
    })
    expect(customer).toMatchObject({
      object: 'customer',
      source_id: USER,
      name: 'Ada Lovelace',
      email: 'ada@example.com',
      phone: '+44 20 7946 0000',
      // What Segment calls the street is the first line of the engine's address (SI-14).
      address: { city: 'London', line_1: '12 St James’s Square', country: 'UK' },
      metadata: { group_id: 'group_analysts' },
    })
  })

  it('records the track and page calls as custom events of the customer', async () => {
    const seen = await waitFor('both custom events', async () => {
      const activity = await voucherify.customers.listActivity(USER, { limit: 50 })
      const types = JSON.stringify(activity)
      return types.includes('Order Completed') && types.includes('Viewed Pricing Page')
    })
    expect(seen).toBe(true)
  })

  it('answers a validation, a redemption and a rollback, and tells Segment of each', async () => {
    await voucherify.vouchers.create({
      code: 'TENOFF',
      type: 'DISCOUNT_VOUCHER',
      discount: { type: 'PERCENT', percent_off: 10 },
      redemption: { quantity: 1 },
    })
    const order = { amount: 20_000 }
    const customer = { source_id: USER }

    const validation = await voucherify.validations.validateStackable({
      redeemables: [{ object: 'voucher', id: 'TENOFF' }],
      order,
      customer,
    })
    expect(validation).toMatchObject({ valid: true, order: { total_amount: 18_000 } })

    const redemption = await voucherify.redemptions.redeemStackable({
      redeemables: [{ object: 'voucher', id: 'TENOFF' }],
      order,
      customer,
    })
    expect(redemption.redemptions).toHaveLength(1)
    expect(redemption).toMatchObject({
      redemptions: [{ object: 'redemption', result: 'SUCCESS' }],
      order: { amount: 20_000, total_discount_amount: 2_000, total_amount: 18_000 },
    })
    const redemptionId = redemption.redemptions[0].id

    const refusal = await voucherify.validations.validateStackable({
      redeemables: [{ object: 'voucher', id: 'TENOFF' }],
      order,
      customer,
    })
    expect(refusal.valid).toBe(false)
    await expect(
      voucherify.redemptions.redeemStackable({
        redeemables: [{ object: 'voucher', id: 'TENOFF' }],
        order,
        customer,
      }),
    ).rejects.toMatchObject({ code: 400, key: 'quantity_exceeded' })

    const rollback = await voucherify.redemptions.rollback(redemptionId, { reason: 'returned' })
    expect(rollback).toMatchObject({ object: 'redemption_rollback', result: 'SUCCESS' })
    await expect(
      voucherify.redemptions.rollback(redemptionId, { reason: 'again' }),
    ).rejects.toMatchObject({ code: 400, key: 'already_rolled_back' })

    for (const name of [
      'Validation succeeded',
      'Validation failed',
      'Redemption succeeded',
      'Redemption failed',
      'Redemption rollback succeeded',
      'Redemption rollback failed',
    ]) {
      const event = await returned(name)
      expect(event, name).toMatchObject({ type: 'track', user_id: USER })
      expect(event.body.properties.voucherifyEvent, name).toBeTypeOf('object')
    }
    const { body } = await returned('Redemption succeeded')
    expect(JSON.stringify(body.properties.voucherifyEvent)).toContain(redemptionId)
  })

  it('sends each of the six events exactly once', async () => {
    const names = (await listReceived(server, 'voucherify')).map((event) => event.event)
    expect(names.length).toBeGreaterThanOrEqual(6)
    expect(new Set(names).size).toBe(names.length)
  })

  it('makes a publication and tells Segment of it', async () => {
    await voucherify.vouchers.create({
      code: 'PUBLISHED',
      type: 'GIFT_VOUCHER',
      gift: { amount: 5_000 },
    })
    const publication = await voucherify.distributions.publications.create({
      voucher: 'PUBLISHED',
      customer: { source_id: USER },
      channel: 'Email',
    })
    expect(publication).toMatchObject({ object: 'publication', result: 'SUCCESS' })
    expect(await returned('Publication succeeded')).toMatchObject({ user_id: USER })
  })
})
