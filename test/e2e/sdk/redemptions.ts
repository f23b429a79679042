import { beforeAll, describe, expect, it } from 'vitest'
import { amountOff, type Sdk, vouchersNamed } from './use-sdk.ts'

const customer = { source_id: 'redeemer', email: 'redeemer@example.com', metadata: { vip: false } }
const order = { amount: 20_000 }

export const validationsThroughSdk = (sdk: Sdk) =>
  describe('validations', () => {
    beforeAll(async () => {
      await amountOff(sdk, 'VALID', 1_000, { redemption: { quantity: 1 } })
      await amountOff(sdk, 'EXPIRED', 1_000, { expiration_date: '2020-01-01T00:00:00Z' })
      await sdk.client.vouchers.create({
        code: 'VALID-GIFT',
        type: 'GIFT_VOUCHER',
        gift: { amount: 5_000 },
      })
    })

    it('tell of one voucher whether it is valid and what it takes off', async () => {
      const valid = {
        valid: true,
        code: 'VALID',
        discount: { type: 'AMOUNT', amount_off: 1_000 },
        order: { amount: 20_000, total_discount_amount: 1_000, total_amount: 19_000 },
      }
      const { validations } = sdk.client
      expect(await validations.validateVoucher('VALID', { customer, order })).toMatchObject(valid)
      expect(await validations.validate('VALID', { order })).toMatchObject(valid)
      expect(await validations.validateVoucher('EXPIRED', { order })).toMatchObject({
        valid: false,
        code: 'EXPIRED',
        reason: 'voucher expired',
        error: { code: 400, key: 'voucher_expired' },
      })
    })

    it('tell of several at once what they take off together', async () => {
      expect(
        await sdk.client.validations.validateStackable({
          redeemables: [
            ...vouchersNamed('VALID'),
            { object: 'voucher', id: 'VALID-GIFT', gift: { credits: 300 } },
          ],
          customer,
          order,
        }),
      ).toMatchObject({
        valid: true,
        tracking_id: expect.any(String),
        order: { amount: 20_000, total_discount_amount: 1_300, total_amount: 18_700 },
        redeemables: [
          { status: 'APPLICABLE', id: 'VALID', result: { discount: { amount_off: 1_000 } } },
          { status: 'APPLICABLE', id: 'VALID-GIFT', result: { gift: { credits: 300 } } },
        ],
        stacking_rules: { redeemables_limit: 30 },
      })
    })

    it('refuse what is expired or unknown, each with its reason', async () => {
      const refused = await sdk.client.validations.validateStackable({
        redeemables: vouchersNamed('EXPIRED', 'NOBODY'),
        order,
      })
      expect(refused).toMatchObject({
        valid: false,
        inapplicable_redeemables: [
          {
            id: 'EXPIRED',
            status: 'INAPPLICABLE',
            result: {
              error: { code: 400, key: 'voucher_expired', request_id: expect.any(String) },
            },
          },
          {
            id: 'NOBODY',
            status: 'INAPPLICABLE',
            result: {
              error: { code: 404, key: 'not_found', details: 'Cannot find voucher with id NOBODY' },
            },
          },
        ],
      })
    })

    it('keep a use for a session, until it is released (§17)', async () => {
      const validate = (session: object) =>
        sdk.client.validations.validateStackable({
          redeemables: vouchersNamed('VALID'),
          order,
          session: { type: 'LOCK', ...session },
        })
      const held = await validate({ ttl: 1, ttl_unit: 'HOURS' })
      expect(held).toMatchObject({
        valid: true,
        session: { key: expect.stringMatching(/^ssn_/), type: 'LOCK', ttl: 1, ttl_unit: 'HOURS' },
      })
      expect(await validate({ key: 'another' })).toMatchObject({
        valid: false,
        inapplicable_redeemables: [{ result: { error: { key: 'quantity_exceeded' } } }],
      })
      await sdk.client.vouchers.releaseValidationSession('VALID', held.session.key)
      expect(await validate({ key: 'another' })).toMatchObject({
        valid: true,
        session: { key: 'another' },
      })
    })
  })

export const redemptionsThroughSdk = (sdk: Sdk) =>
  describe('redemptions', () => {
    const redeemStack = (...codes: string[]) =>
      sdk.client.redemptions.redeemStackable({
        redeemables: vouchersNamed(...codes),
        customer,
        order,
        metadata: { shop: 'main' },
      })

    it('of one voucher are answered, read back and listed', async () => {
      await amountOff(sdk, 'redeem/1 2', 1_000, { redemption: { quantity: 1 } })
      const { redemptions } = sdk.client
      const redemption = await redemptions.redeem('redeem/1 2', { customer, order })
      expect(redemption).toMatchObject({
        id: expect.stringMatching(/^r_/),
        object: 'redemption',
        result: 'SUCCESS',
        status: 'SUCCEEDED',
        customer_id: expect.stringMatching(/^cust_/),
        order: { amount: 20_000, total_discount_amount: 1_000, total_amount: 19_000 },
        voucher: { code: 'redeem/1 2' },
      })
      await expect(redemptions.redeem('redeem/1 2', { customer, order })).rejects.toMatchObject({
        code: 400,
        key: 'quantity_exceeded',
        message: 'quantity exceeded',
        details: 'redeem/1 2',
        request_id: expect.stringMatching(/^v-/),
        resource_type: 'redemption',
        resource_id: expect.stringMatching(/^rf_/),
      })

      expect(await redemptions.get(redemption.id)).toMatchObject({
        id: redemption.id,
        result: 'SUCCESS',
        voucher: { code: 'redeem/1 2' },
      })
      expect(await redemptions.getForVoucher('redeem/1 2')).toMatchObject({
        object: 'list',
        data_ref: 'redemption_entries',
        quantity: 1,
        redeemed_quantity: 1,
        total: 2,
        redemption_entries: [{ result: 'FAILURE' }, { id: redemption.id, result: 'SUCCESS' }],
      })
      const listed = await redemptions.list({
        limit: 1,
        result: 'FAILURE',
        customer: redemption.customer_id,
        order: '-created_at',
        created_at: { after: '2020-01-01T00:00:00Z' },
      })
      expect(listed).toMatchObject({
        object: 'list',
        data_ref: 'redemptions',
        total: 1,
        redemptions: [{ result: 'FAILURE', failure_code: 'quantity_exceeded' }],
      })
    })

    it('are rolled back: with a reason, with more, and with nothing (trap 11)', async () => {
      await amountOff(sdk, 'ROLLED-BACK', 1_000)
      const { redemptions } = sdk.client
      const redeem = async () => (await redemptions.redeem('ROLLED-BACK', { customer, order })).id
      const [first, second, third] = [await redeem(), await redeem(), await redeem()]
      expect(await redemptions.rollback(first, 'wrong customer')).toMatchObject({
        id: expect.stringMatching(/^rr_/),
        object: 'redemption_rollback',
        redemption: first,
        result: 'SUCCESS',
        reason: 'wrong customer',
      })
      const more = { reason: 'x y', tracking_id: 't 1', customer: { source_id: 'redeemer' } }
      expect(await redemptions.rollback(second, more)).toMatchObject({
        redemption: second,
        reason: 'x y',
        tracking_id: 't 1',
      })
      expect(await redemptions.rollback(third)).toMatchObject({
        redemption: third,
        result: 'SUCCESS',
        reason: null,
      })
      await expect(redemptions.rollback(third)).rejects.toMatchObject({
        code: 400,
        key: 'already_rolled_back',
      })
      expect(await sdk.client.vouchers.get('ROLLED-BACK')).toMatchObject({
        redemption: { redeemed_quantity: 0 },
      })
    })

    it('of several redeemables make one whole, and are rolled back as one', async () => {
      await amountOff(sdk, 'STACK-A', 1_000)
      await amountOff(sdk, 'STACK-B', 500)
      const answer = await redeemStack('STACK-A', 'STACK-B')
      expect(answer).toMatchObject({
        redemptions: [
          { object: 'redemption', result: 'SUCCESS', voucher: { code: 'STACK-A' } },
          { object: 'redemption', result: 'SUCCESS', voucher: { code: 'STACK-B' } },
        ],
        parent_redemption: { id: expect.stringMatching(/^r_/), result: 'SUCCESS' },
        order: {
          id: expect.stringMatching(/^ord_/),
          status: 'PAID',
          total_discount_amount: 1_500,
          total_amount: 18_500,
        },
        inapplicable_redeemables: [],
        skipped_redeemables: [],
      })
      const parentId = answer.parent_redemption.id
      expect(answer.redemptions.map((part: { redemption: string }) => part.redemption)).toEqual([
        parentId,
        parentId,
      ])
      const query = { reason: 'returned', tracking_id: 't' }
      expect(
        await sdk.client.redemptions.rollbackStackable(parentId, { customer }, query),
      ).toMatchObject({
        rollbacks: [
          { object: 'redemption_rollback', result: 'SUCCESS' },
          { object: 'redemption_rollback', result: 'SUCCESS' },
        ],
        parent_rollback: { redemption: parentId, reason: 'returned', tracking_id: 't' },
        order: { status: 'CANCELED', total_amount: 20_000 },
      })
    })

    it('are refused as a whole when one of them is', async () => {
      await amountOff(sdk, 'STACK-C', 1_000)
      await amountOff(sdk, 'STACK-OFF', 1_000, { active: false })
      await expect(redeemStack('STACK-C', 'STACK-OFF')).rejects.toMatchObject({
        code: 400,
        key: 'voucher_disabled',
        details: 'STACK-OFF',
      })
      expect(await sdk.client.vouchers.get('STACK-C')).toMatchObject({
        redemption: { redeemed_quantity: 0 },
      })
    })
  })
