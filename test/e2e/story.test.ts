import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { makeDir, type OwnDir } from '../support/make-dir.ts'
import { requirePeer } from '../support/peers.ts'
import { useReceiver } from '../support/receiver.ts'
import { callManagement, listReceived, type Server, startServer } from '../support/server.ts'
import { waitFor } from '../support/wait-for.ts'
import type { Client } from './sdk/method-table.ts'
import { openServerSide } from './sdk/use-sdk.ts'
import {
  byCall,
  forwardSourceEvents,
  openShop,
  type Programs,
  SIGNED_UP,
  TOLD_OF_ANN,
  TOLD_OF_BOB,
  TOO_SMALL,
} from './story-programs.ts'

const ANN = 'user_ann'
const BOB = 'user_bob'
const ELSEWHERE_KEY = 'write-key-of-another-pipeline'
const BASIC = `Basic ${Buffer.from(`${ELSEWHERE_KEY}:`).toString('base64')}`

/** The part of analytics-node that this test uses; its own types want DOM. */
type Analytics = {
  identify(call: object): void
  track(call: object): void
  on(event: 'error', listener: (error: unknown) => void): void
  closeAndFlush(): Promise<void>
}

describe.skipIf(!inject('hasPeers'))(
  'the story of two customers, through published clients',
  () => {
    const elsewhere = useReceiver()
    let folder: OwnDir
    let server: Server
    let voucherify: Client
    let shop: Programs
    let card = ''
    let referralCode = ''
    let coupon = ''

    beforeAll(async () => {
      folder = await makeDir()
      server = await startServer({
        dataDir: folder.dir,
        env: { PROMOLOOP_ALLOW_PRIVATE_NETWORK: '1' },
      })
      voucherify = openServerSide(server)
      await forwardSourceEvents(server, {
        writeKey: ELSEWHERE_KEY,
        endpoint: elsewhere.address,
      })
      shop = await openShop(server, voucherify)
    })
    afterAll(async () => {
      await server?.end()
      await folder?.remove()
    })

    /** Makes calls as a website does, and waits until all are accepted. */
    async function callSegment(make: (analytics: Analytics) => void): Promise<void> {
      const { Analytics: Opened } = requirePeer('@segment/analytics-node') as {
        Analytics: new (settings: object) => Analytics
      }
      const analytics = new Opened({ writeKey: server.writeKey, host: server.address })
      const errors: unknown[] = []
      analytics.on('error', (error) => errors.push(error))
      make(analytics)
      await analytics.closeAndFlush()
      expect(errors).toEqual([])
    }

    const customer = (source_id: string) =>
      waitFor(`the customer ${source_id}`, () =>
        voucherify.customers.get(source_id).catch(() => undefined),
      )
    const balance = async (code: string): Promise<number> => {
      const { loyalty_card: points, gift } = await voucherify.vouchers.get(code)
      return (points ?? gift).balance
    }
    const balanceBecomes = (code: string, expected: number) =>
      waitFor(`a balance of ${expected}`, async () => (await balance(code)) === expected)
    const ofAnn = (amount: number) => ({
      redeemables: [{ object: 'voucher', id: coupon }],
      customer: { source_id: ANN },
      order: { amount },
    })

    it('two visitors become customers, and one of them a member', async () => {
      await callSegment((analytics) => {
        analytics.identify({ userId: ANN, traits: { name: 'Ann', email: 'ann@example.com' } })
        analytics.identify({ userId: BOB, traits: { name: 'Bob', email: 'bob@example.com' } })
      })
      expect(await customer(ANN)).toMatchObject({ name: 'Ann', email: 'ann@example.com' })
      expect(await customer(BOB)).toMatchObject({ name: 'Bob', email: 'bob@example.com' })

      const member = { customer: { source_id: ANN } }
      const joined = await voucherify.loyalties.createMember(shop.loyalty, member)
      expect(joined).toMatchObject({ type: 'LOYALTY_CARD', loyalty_card: { balance: 0 } })
      card = joined.code
      const publication = await voucherify.distributions.publications.create({
        campaign: { name: 'Bring a friend' },
        ...member,
      })
      expect(publication.voucher).toMatchObject({ is_referral_code: true })
      referralCode = publication.voucher.code
    })

    it('a referral code in a track call converts once, and both are rewarded (F-10 to F-12)', async () => {
      const signedUp = {
        userId: BOB,
        event: SIGNED_UP,
        properties: { referral: { code: referralCode }, metadata: { plan: 'free' } },
      }
      await callSegment((analytics) => {
        analytics.track(signedUp)
        analytics.track(signedUp)
      })
      await balanceBecomes(card, 100)
      const bob = await waitFor('both sign-ups', async () => {
        const { data } = await voucherify.customers.listActivity(BOB, { limit: 100 })
        const events = data.filter(({ type }: { type: string }) => type === 'customer.custom_event')
        return events.filter((event: object) => JSON.stringify(event).includes(SIGNED_UP)).length >
          1
          ? customer(BOB)
          : undefined
      })
      expect(bob).toMatchObject({ referrals: { total: 1 } })
      expect(await customer(ANN)).toMatchObject({ loyalty: { referred_customers: 1 } })
      const delivered = await waitFor('the four calls', async () => {
        const { data: destinations } = await callManagement(server, '/api/v1/destinations')
        const { id } = destinations.find(
          ({ definition }: { definition: string }) => definition === 'voucherify-actions',
        )
        const path = `/api/v1/deliveries?destination_id=${id}&outcome=delivered`
        const { data } = await callManagement(server, path)
        return data.length >= 4 && data
      })
      expect(delivered).toHaveLength(4)
    })

    it('an order earns points by a rule (L-11)', async () => {
      await voucherify.orders.create({
        customer: { source_id: ANN },
        amount: 45_000,
        status: 'PAID',
      })
      await balanceBecomes(card, 1_000)
    })

    it('points buy a coupon (programs scenario 57)', async () => {
      const bought = await voucherify.loyalties.redeemReward(shop.loyalty, card, {
        reward: { id: shop.coupon },
      })
      expect(bought).toMatchObject({ result: 'SUCCESS', amount: 500, reward: { type: 'CAMPAIGN' } })
      coupon = bought.reward.voucher.code
      expect(await voucherify.vouchers.get(coupon)).toMatchObject({ campaign_id: shop.coupons })
      expect(await balance(card)).toBe(500)
    })

    it('points buy a mug, which is sent later (programs scenario 58)', async () => {
      const bought = await voucherify.loyalties.redeemReward(shop.loyalty, card, {
        reward: { id: shop.mug },
      })
      expect(bought).toMatchObject({ amount: 400, reward: { product: { source_id: 'mug' } } })
      const { data } = await callManagement(server, '/api/v1/reward-redemptions?state=PENDING')
      expect(data).toMatchObject([{ redemption_id: bought.id }])
      const path = `/api/v1/reward-redemptions/${data[0].id}/complete`
      expect(await callManagement(server, path, { method: 'POST', body: '{}' })).toMatchObject({
        state: 'COMPLETED',
      })
      expect(await balance(card)).toBe(100)
    })

    it('the coupon is good for a large order, and the small one is told why not (R-ERR-04)', async () => {
      const { validations, redemptions } = voucherify
      expect(await validations.validateStackable(ofAnn(20_000))).toMatchObject({
        valid: true,
        order: { total_discount_amount: 1_000, total_amount: 19_000 },
      })
      expect(await validations.validateStackable(ofAnn(2_000))).toMatchObject({
        valid: false,
        redeemables: [
          {
            status: 'INAPPLICABLE',
            result: { error: { key: 'order_rules_violated', error: { message: TOO_SMALL } } },
          },
        ],
      })
      await expect(redemptions.redeemStackable(ofAnn(2_000))).rejects.toMatchObject({
        code: 400,
        key: 'order_rules_violated',
      })
    })

    it('the coupon is redeemed for an order that earns points, and rolled back once (L-15, L-22)', async () => {
      const { redemptions } = voucherify
      const redeemed = await redemptions.redeemStackable(ofAnn(20_000))
      expect(redeemed).toMatchObject({ order: { total_amount: 19_000 } })
      const redemptionId = redeemed.redemptions[0].id
      await balanceBecomes(card, 100 + 380)
      const rollback = await redemptions.rollback(redemptionId, { reason: 'returned' })
      expect(rollback).toMatchObject({ result: 'SUCCESS', redemption: redemptionId })
      await expect(redemptions.rollback(redemptionId, { reason: 'again' })).rejects.toMatchObject({
        code: 400,
        key: 'already_rolled_back',
      })
      expect(await voucherify.vouchers.get(coupon)).toMatchObject({
        redemption: { redeemed_quantity: 0 },
      })
      expect(await balance(card)).toBe(480)
    })

    it('the gift card pays', async () => {
      const { vouchers } = await voucherify.vouchers.list({ campaign: 'Welcome cards', limit: 10 })
      expect(vouchers).toMatchObject([{ gift: { amount: 500, balance: 500 } }])
      const [{ code }] = vouchers
      const paid = await voucherify.redemptions.redeemStackable({
        redeemables: [{ object: 'voucher', id: code, gift: { credits: 300 } }],
        customer: { source_id: BOB },
        order: { amount: 2_000 },
      })
      expect(paid).toMatchObject({ order: { total_discount_amount: 300, total_amount: 1_700 } })
      expect(await balance(code)).toBe(200)
    })

    it('who comes after the last code gets none (programs scenario 74)', async () => {
      const { publications } = voucherify.distributions
      const publish = (source_id: string) =>
        publications.create({ campaign: { name: 'The last seat' }, customer: { source_id } })
      expect(await publish(ANN)).toMatchObject({ result: 'SUCCESS' })
      await expect(publish(BOB)).rejects.toMatchObject({
        code: 400,
        key: 'no_voucher_suitable_for_publication',
      })
      expect(
        await publications.list({ campaign: 'The last seat', result: 'FAILURE' }),
      ).toMatchObject({
        total: 1,
        publications: [{ failure_code: 'no_voucher_suitable_for_publication' }],
      })
    })

    describe('the source Voucherify', () => {
      const COUNT = [...TOLD_OF_ANN, ...TOLD_OF_BOB].flat().length

      /** What our own pipeline was told, when it is everything. */
      const received = () =>
        waitFor('everything in our pipeline', async () => {
          const { queued } = await callManagement(server, '/api/v1/voucherify-source')
          const events = await listReceived(server, 'voucherify')
          return queued === 0 && events.length >= COUNT && events
        })
      /** What the other pipeline was told, when it is everything. */
      const forwarded = () =>
        waitFor(
          'everything in the other pipeline',
          () =>
            elsewhere.requests.length >= COUNT &&
            elsewhere.requests.map(({ body }) => body as Client),
        )

      it('tells each customer’s story in our pipeline, in its order and by calls (§17.2, §17.6)', async () => {
        const events = await received()
        expect(byCall(events, ANN)).toEqual(TOLD_OF_ANN)
        expect(byCall(events, BOB)).toEqual(TOLD_OF_BOB)
        expect(events).toHaveLength(COUNT)
      })

      it('has all fourteen events in it, each once for each happening (SO-3, programs scenario 106)', async () => {
        const events = await received()
        const ids = events.map(({ message_id }) => message_id)
        expect(new Set(ids).size).toBe(COUNT)
        const rows = new Set(ids.map((id) => Number(id.split('-').at(-1))))
        expect([...rows].sort((a, b) => a - b)).toEqual(Array.from({ length: 14 }, (_, i) => i + 1))
        expect(new Set(events.map(({ event }) => event)).size).toBe(14)
      })

      it('tells it of the customer whom it is about, as it was then (SO-1, SO-2, SO-4)', async () => {
        const [ann, bob] = [await customer(ANN), await customer(BOB)]
        let last = ''
        for (const { user_id, message_id, body } of await received()) {
          const { id } = user_id === ANN ? ann : bob
          const { voucherifyEvent, ...others } = body.properties
          expect(others).toEqual({})
          expect(message_id).toMatch(`voucherify-${voucherifyEvent.id}-`)
          expect(voucherifyEvent).toMatchObject({
            type: expect.stringMatching(/^customer\./),
            created_at: body.originalTimestamp,
            entity_id: id,
            event_source: { channel: expect.stringMatching(/^(API|INTERNAL)$/) },
            data: { customer: { id, source_id: user_id } },
          })
          if (user_id === ANN) {
            expect(voucherifyEvent.created_at >= last).toBe(true)
            last = voucherifyEvent.created_at
          }
        }
      })

      it('tells what led to it and what came of it (§13.6)', async () => {
        const events = await received()
        const told = (name: string, place = 0) =>
          events.filter(({ event }) => event === name)[place]?.body.properties.voucherifyEvent
        const referred = told('Customer rewarded')
        expect(referred.data).toMatchObject({
          voucher: { code: referralCode },
          custom_event: { type: SIGNED_UP, metadata: { plan: 'free' } },
          referral_tier: { banner: '100 points for every friend' },
          balance: { points: 100 },
          reward: { voucher: { code: card } },
        })
        const welcomed = events.find(({ user_id }) => user_id === BOB)
        expect(welcomed?.body.properties.voucherifyEvent.group_id).toBe(referred.group_id)
        expect(told('Customer rewarded with loyalty points').data).toMatchObject({
          balance: { points: 900, balance: 1_000 },
          order: { amount: 45_000 },
          event: { type: 'customer.order.paid' },
        })
        expect(told('Customer reward redemption completed').data).toMatchObject({
          reward_redemption: { state: 'COMPLETED' },
          publication: { voucher: { code: coupon } },
        })
        const sent = told('Customer reward redemption completed', 1)
        expect(sent.data).toMatchObject({ reward: { product: { source_id: 'mug' } } })
        // Nobody's application keys completed it.
        expect(sent.event_source).toEqual({ channel: 'API' })
        expect(told('Validation failed').data.validation).toMatchObject({ status: 'INVALID' })
        expect(told('Redemption failed').data.redemption).toMatchObject({
          failure_code: 'order_rules_violated',
        })
        expect(told('Redemption rollback failed').data.redemption_rollback).toMatchObject({
          failure_code: 'already_rolled_back',
        })
        expect(told('Publication failed').data.publication).toMatchObject({
          failure_code: 'no_voucher_suitable_for_publication',
        })
      })

      it('tells the same to another pipeline, as Segment’s calls', async () => {
        const events = await received()
        const calls = await forwarded()
        for (const { method, path, headers } of elsewhere.requests) {
          expect({ method, path, authorization: headers.authorization }).toEqual({
            method: 'POST',
            path: '/v1/track',
            authorization: BASIC,
          })
        }
        for (const user of [ANN, BOB]) {
          const toldHere = events.filter(({ user_id }) => user_id === user)
          const toldThere = calls.filter(({ userId }) => userId === user)
          expect(toldThere.map(({ event, messageId }) => [event, messageId])).toEqual(
            toldHere.map(({ event, message_id }) => [event, message_id]),
          )
          expect(toldThere.map(({ properties }) => properties)).toEqual(
            toldHere.map(({ body }) => body.properties),
          )
        }
        expect(calls).toHaveLength(COUNT)
      })

      it('tells Segment itself when it is pointed there, of somebody without an id as well (§17.5, SO-1)', async () => {
        elsewhere.reset()
        await callManagement(server, '/api/v1/voucherify-source', {
          method: 'PUT',
          body: JSON.stringify({
            region: 'CUSTOM',
            endpoint: `${elsewhere.address}/v1`,
            write_key: ELSEWHERE_KEY,
          }),
        })
        const { customer_id } = await voucherify.distributions.publications.create({
          campaign: { name: 'Ten off' },
          customer: { email: 'eve@example.com' },
        })
        const request = await waitFor('the batch', () => elsewhere.requests[0])
        const event = 'Publication succeeded'
        expect(request).toMatchObject({
          path: '/v1/batch',
          headers: { authorization: BASIC },
          body: { batch: [{ type: 'track', event, anonymousId: customer_id }] },
        })
        expect(request.body.batch).toHaveLength(1)
        expect(request.body.batch[0]).not.toHaveProperty('userId')
      })
    })
  },
)
