import { describe, expect, it } from 'vitest'
import { amountOff, type Sdk, vouchersNamed } from './use-sdk.ts'

const order = { amount: 20_000 }

export const rulesThroughSdk = (sdk: Sdk) =>
  describe('validation rules', () => {
    const atLeast = (amount: number, error?: object) => ({
      name: `at least ${amount}`,
      rules: {
        1: {
          name: 'order.amount',
          conditions: { $more_than_or_equal: [amount] },
          ...(error && { error }),
        },
        logic: '1',
      },
    })

    it('are created, read, changed, listed and deleted', async () => {
      const { validationRules } = sdk.client
      const rule = await validationRules.create(atLeast(10_000))
      expect(rule).toMatchObject({
        id: expect.stringMatching(/^val_/),
        object: 'validation_rules',
        name: 'at least 10000',
        rules: { 1: { name: 'order.amount' }, logic: '1' },
        assignments_count: 0,
      })
      expect(await validationRules.get(rule.id)).toEqual(rule)
      expect(await validationRules.update({ id: rule.id, name: 'renamed' })).toMatchObject({
        id: rule.id,
        name: 'renamed',
        rules: { 1: { name: 'order.amount' } },
      })
      const list = await validationRules.list({ limit: 1, page: 1, order: '-created_at' })
      expect(list).toMatchObject({ object: 'list', data_ref: 'data', data: [{ id: rule.id }] })
      await validationRules.delete(rule.id)
      await expect(validationRules.get(rule.id)).rejects.toMatchObject({
        code: 404,
        resource_type: 'validation_rules',
      })
      await expect(
        validationRules.create({
          name: 'x',
          rules: { 1: { name: 'order.amount' }, logic: '1 AND' },
        }),
      ).rejects.toMatchObject({ code: 400, key: 'invalid_validation_rules' })
    })

    it('are assigned and taken back', async () => {
      const { validationRules } = sdk.client
      const { id: ruleId } = await validationRules.create(atLeast(10_000))
      const { id: voucherId } = await amountOff(sdk, 'ASSIGNED', 1_000)
      const assignment = await validationRules.createAssignment(ruleId, {
        related_object_type: 'voucher',
        related_object_id: voucherId,
      })
      expect(assignment).toMatchObject({
        id: expect.stringMatching(/^asgm_/),
        object: 'validation_rules_assignment',
        rule_id: ruleId,
        related_object_id: voucherId,
        related_object_type: 'voucher',
      })
      const one = { object: 'list', data_ref: 'data', total: 1, data: [{ id: assignment.id }] }
      expect(await validationRules.listAssignments(ruleId, { limit: 1 })).toMatchObject(one)
      expect(
        await validationRules.listRulesAssignments({ related_object_id: voucherId, limit: 1 }),
      ).toMatchObject(one)
      await validationRules.deleteAssignment(ruleId, assignment.id)
      expect(await validationRules.listAssignments(ruleId)).toMatchObject({ total: 0 })
    })

    it('tell their own words in `error.message` of what they refuse (R-ERR-04)', async () => {
      const { validationRules, validations, redemptions } = sdk.client
      const { id: ruleId } = await validationRules.create(
        atLeast(10_000, { message: 'Spend $100' }),
      )
      await amountOff(sdk, 'RULED', 1_000)
      await validationRules.createAssignment(ruleId, { voucher: 'RULED' })
      const small = { amount: 9_999 }
      const error = {
        code: 400,
        key: 'order_rules_violated',
        message: 'order does not match validation rules',
        error: { message: 'Spend $100' },
      }
      const details = expect.stringContaining(ruleId)
      await expect(
        redemptions.redeemStackable({ redeemables: vouchersNamed('RULED'), order: small }),
      ).rejects.toMatchObject({ ...error, details })
      await expect(redemptions.redeem('RULED', { order: small })).rejects.toMatchObject(error)
      expect(
        await validations.validateStackable({ redeemables: vouchersNamed('RULED'), order: small }),
      ).toMatchObject({
        valid: false,
        inapplicable_redeemables: [{ result: { error, details: { message: 'Spend $100' } } }],
      })
      expect(await validations.validateVoucher('RULED', { order: small })).toMatchObject({
        valid: false,
        error,
      })
      expect(await redemptions.redeem('RULED', { order })).toMatchObject({ result: 'SUCCESS' })
    })
  })

export const qualificationsThroughSdk = (sdk: Sdk) =>
  describe('qualifications', () => {
    it('tell what a customer could use, and for how much', async () => {
      await amountOff(sdk, 'QUALIFIES', 1_000, { category: 'qualification' })
      await sdk.client.distributions.publications.create({
        voucher: 'QUALIFIES',
        customer: { source_id: 'qualified' },
      })
      const answer = await sdk.client.qualifications.checkEligibility({
        customer: { source_id: 'qualified' },
        order,
        scenario: 'CUSTOMER_WALLET',
        mode: 'ADVANCED',
        options: {
          limit: 5,
          expand: ['redeemable'],
          filters: { resource_type: { conditions: { $in: ['voucher'] } } },
        },
      })
      expect(answer).toMatchObject({
        tracking_id: expect.any(String),
        order: { amount: 20_000 },
        redeemables: {
          object: 'list',
          data_ref: 'data',
          total: 1,
          has_more: false,
          data: [
            {
              id: 'QUALIFIES',
              object: 'voucher',
              result: { discount: { type: 'AMOUNT', amount_off: 1_000 } },
              order: { total_applied_discount_amount: 1_000, total_amount: 19_000 },
            },
          ],
        },
      })
    })

    it('list vouchers and campaigns as older servers did (§21)', async () => {
      const asked = { customer: { source_id: 'qualified' }, order }
      const { vouchers, campaigns } = sdk.client
      const listed = { object: 'list', data_ref: 'data', created_at: expect.any(String) }
      const qualified = await vouchers.qualifications.examine(asked, { limit: 50 })
      expect(qualified).toMatchObject(listed)
      expect(qualified.data).toContainEqual(
        expect.objectContaining({ code: 'QUALIFIES', object: 'voucher' }),
      )
      const { id } = await campaigns.create({
        name: 'Qualifying',
        voucher: { type: 'DISCOUNT_VOUCHER', discount: { type: 'PERCENT', percent_off: 10 } },
      })
      const fitting = await campaigns.qualifications.examine(asked, { limit: 50 })
      expect(fitting).toMatchObject(listed)
      expect(fitting.data).toContainEqual(expect.objectContaining({ id, object: 'campaign' }))
    })
  })
