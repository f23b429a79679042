import { describe, expect, it } from 'vitest'
import type { Sdk } from './use-sdk.ts'

/** Defines a consent, for which the reference has its dashboard; its id. */
export async function aConsent({ server }: Sdk, name: string): Promise<string> {
  const response = await fetch(`${server.address}/api/v1/consents`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name, category: 'MARKETING' }),
  })
  expect(response.status).toBe(200)
  return ((await response.json()) as { id: string }).id
}

/** `toReference` names a customer as the SDK wants it. */
export const consentsThroughSdk = (sdk: Sdk, toReference: (id: string) => unknown = (id) => id) =>
  describe('consents', () => {
    it('are listed, and given or not by a customer', async () => {
      const { consents, customers } = sdk.client
      const id = await aConsent(sdk, 'By e-mail')
      expect(await consents.list()).toMatchObject({
        consents: {
          object: 'list',
          data: [{ id, name: 'By e-mail', object: 'consent' }],
          total: 1,
        },
        groups: { object: 'list', data: [], total: 0 },
      })
      const { id: customer } = await customers.create({ source_id: 'consents' })
      await customers.updateConsents(toReference(customer), { [id]: true })
      await expect(
        customers.updateConsents(toReference(customer), { cnst_unknown: true }),
      ).rejects.toMatchObject({ code: 404, resource_type: 'consent' })
    })
  })

export const ruleValidationsThroughSdk = (sdk: Sdk) =>
  it('asks whether a rule would be met', async () => {
    const { validationRules } = sdk.client
    const rules = { 1: { name: 'order.amount', conditions: { $more_than: [1_000] } } }
    const { id } = await validationRules.create({ name: 'Asked', rules })
    expect(await validationRules.validate(id, { order: { amount: 2_000 } })).toMatchObject({
      valid: true,
      rule_id: id,
      applicable_to: { object: 'list' },
    })
    expect(await validationRules.validate(id, { order: { amount: 500 } })).toMatchObject({
      valid: false,
    })
  })
