import type { TestApp } from '../../../support/test-app.ts'
import { createGiftCard, createVoucher } from '../redemptions/support.ts'

/** A redeemable as a scenario states it: a discount or credits of a gift card, and the rule assigned to it. */
export type Step = {
  readonly discount?: object
  readonly gift?: { readonly balance: number; readonly credits?: number }
  readonly rule?: object
  readonly voucher?: object
}
type Line = readonly [name: string, price: number, quantity: number]

/** Calls the API and answers the body of a success. */
export async function ok(t: TestApp, url: string, body: object) {
  const answer = await t.call('POST', url, body)
  if (answer.status !== 200) throw new Error(`${url}: ${JSON.stringify(answer.body)}`)
  return answer.body
}

/** An order of lines, each of a product by its `source_id`. */
export const ofLines = (...lines: readonly Line[]) => ({
  items: lines.map(([source_id, price, quantity]) => ({
    source_id,
    related_object: 'product',
    price,
    quantity,
  })),
})

/** A rule of which only the scope matters: the named products, each with `settings`. */
export const scopedTo = (names: readonly string[], settings: object = {}) => ({
  applicable_to: {
    included: names.map((source_id) => ({ object: 'product', source_id, ...settings })),
  },
})

/** Creates the voucher of a step with its rule, and returns how a request names it. */
export async function redeemableOf(t: TestApp, { discount, gift, rule, voucher = {} }: Step) {
  const code = gift
    ? await createGiftCard(t, gift.balance, voucher)
    : await createVoucher(t, { ...(discount && { discount }), ...voucher })
  if (rule) {
    const { id } = await ok(t, '/v1/validation-rules', { name: code, ...rule })
    await ok(t, `/v1/validation-rules/${id}/assignments`, { related_object_id: code })
  }
  const credits = gift?.credits
  return { object: 'voucher', id: code, ...(credits !== undefined && { gift: { credits } }) }
}

/** Validates the steps one after another on `order`; then redeems them, which must come to the same. */
export async function apply(t: TestApp, order: object, ...steps: readonly Step[]) {
  const redeemables = []
  for (const step of steps) redeemables.push(await redeemableOf(t, step))
  const validation = await ok(t, '/v1/validations', { redeemables, order })
  if (!validation.valid) throw new Error(JSON.stringify(validation))
  const redemption = await ok(t, '/v1/redemptions', { redeemables, order })
  return { validation, redemption }
}

/** What is taken off each line of an answered order. */
export const offLines = (order: { items: readonly { discount_amount?: number }[] }): number[] =>
  order.items.map(({ discount_amount }) => discount_amount ?? 0)

/** Runs `work` while the project has these stacking rules. */
export async function withStackingRules<T>(t: TestApp, rules: object, work: () => Promise<T>) {
  const { projectId, adminToken } = t.keys
  const headers = { 'x-management-id': projectId, 'x-management-token': adminToken }
  const path = `/management/v1/projects/${projectId}/stacking-rules`
  const made = await t.call('POST', path, rules, { headers })
  if (made.status !== 200) throw new Error(JSON.stringify(made.body))
  try {
    return await work()
  } finally {
    await t.call('DELETE', `${path}/${made.body.id}`, undefined, { headers })
  }
}
