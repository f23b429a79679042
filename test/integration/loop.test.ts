import { beforeAll, describe, expect, it } from 'vitest'
import { connectSegmentSource, createSegmentSource } from '../../src/engine/segment-source/index.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import { inTransaction } from '../../src/platform/db.ts'
import { useTestApp } from '../support/test-app.ts'
import { aDestination, aSender, recorded, track } from './pipeline/deliveries/support.ts'
import { aSource, received, type Source } from './pipeline/tracking/support.ts'

const t = useTestApp()
let website: Source
let voucherify: Source
let destination: { id: string }

/** Both wires inside one process, and a destination that also gets what the engine itself tells. */
beforeAll(async () => {
  const { appId, appToken, projectId } = t.keys
  const settings = { apiKey: appId, secretKey: appToken }
  website = await aSource(t)
  voucherify = await aSource(t)
  const address = t.app.pipeline.address()
  await aDestination(t, website, { address, settings })
  destination = await aDestination(t, voucherify, { address, settings })
  await inTransaction(t.db, (tx) =>
    connectSegmentSource(tx, {
      projectId,
      writeKeySealed: t.app.engine.vault.seal(voucherify.writeKey),
      region: 'CUSTOM',
      endpoint: `${address}/v1`,
      now: t.clock.now(),
    }),
  )
  await t.call('POST', '/v1/vouchers/LOOP', {
    type: 'DISCOUNT_VOUCHER',
    discount: { type: 'AMOUNT', amount_off: 100 },
  })
})

/** Lets everything that is under way arrive. */
async function settle(): Promise<void> {
  const { signal } = new AbortController()
  const source = createSegmentSource(t.app.engine)
  while (await source.run(signal));
  await aSender(t).work()
}

const redeem = (headers: Record<string, string> = {}) =>
  t.call(
    'POST',
    '/v1/redemptions',
    {
      redeemables: [{ object: 'voucher', id: 'LOOP' }],
      order: { amount: 1_000 },
      customer: { source_id: 'ada' },
    },
    { headers },
  )

const hopsOf = (body: JsonObject): unknown =>
  (body['context'] as { promoloop?: { hops: number } }).promoloop?.hops

describe('the loop in one process', () => {
  it('makes a customer of a call, and a call of what the customer redeems', async () => {
    await track(t, website, [{ type: 'identify', userId: 'ada', traits: { name: 'Ada' } }])
    await settle()
    expect((await t.call('GET', '/v1/customers/ada')).body.name).toBe('Ada')

    expect((await redeem()).status).toBe(200)
    await settle()
    const [told] = await received(t, voucherify)
    expect(told).toMatchObject({ type: 'track', event: 'Redemption succeeded', userId: 'ada' })
    expect(told && hopsOf(told.body)).toBe(1)
  })

  it('counts the rounds of what its own event caused, and stops it at the second (D-18, invariant 7)', async () => {
    // The event of the first test went to the engine and became a custom event there.
    const { rows } = await t.db.pool.query<{ hops: number }>(
      `select hops from occurrence where type = 'customer.custom_event'`,
    )
    expect(rows).toEqual([{ hops: 1 }])

    // Somebody redeems because of it and says so, as an automation would.
    await redeem({ 'promoloop-hops': '1' })
    await settle()
    const events = await received(t, voucherify)
    expect(events.map(({ body }) => hopsOf(body))).toEqual([1, 2])
    const reasons = (await recorded(t, destination.id)).map(({ reason }) => reason)
    expect(reasons.filter((reason) => reason === 'FILTERED_BY_LOOP_GUARD')).toHaveLength(1)
  })
})
