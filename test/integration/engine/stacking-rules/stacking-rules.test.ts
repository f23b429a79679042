import { describe, expect, it } from 'vitest'
import {
  DEFAULT_STACKING_RULES,
  findStackingRules,
  toStackingRulesView,
} from '../../../../src/engine/stacking-rules/index.ts'
import type { ProjectKeys } from '../../../../src/platform/auth/index.ts'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

const pathOf = (keys: ProjectKeys) => `/management/v1/projects/${keys.projectId}/stacking-rules`

/** Calls the reference's management API as the owner of the keys. */
async function manage(method: Method, url: string, options: { keys: ProjectKeys; body?: object }) {
  const { keys, body } = options
  const response = await t.app.http.inject({
    method,
    url,
    headers: {
      'content-type': 'application/json',
      'x-management-id': keys.projectId,
      'x-management-token': keys.adminToken,
    },
    ...(body && { payload: JSON.stringify(body) }),
  })
  const text = response.payload
  return { status: response.statusCode, body: text === '' ? undefined : JSON.parse(text) }
}

const createCategory = async (keys: ProjectKeys): Promise<string> =>
  (await t.call('POST', '/v1/categories', { name: 'c', hierarchy: 1 }, { keys })).body.id

describe('the stacking rules of a project (engine-core §10.2)', () => {
  it('are the defaults, without an id, as long as it has none (D-12)', async () => {
    const keys = await t.addProject()
    const { body } = await manage('GET', pathOf(keys), { keys })
    expect(body).toEqual({
      object: 'list',
      data_ref: 'data',
      data: [
        {
          redeemables_limit: 30,
          applicable_redeemables_limit: 5,
          applicable_redeemables_per_category_limit: null,
          applicable_redeemables_category_limits: {},
          applicable_exclusive_redeemables_limit: 1,
          applicable_exclusive_redeemables_per_category_limit: null,
          exclusive_categories: [],
          joint_categories: [],
          discount_calculation_mode: 'DISCOUNTED_AMOUNT',
          initial_amount_mode_categories: [],
          discounted_amount_mode_categories: [],
          redeemables_application_mode: 'ALL',
          redeemables_sorting_rule: 'REQUESTED_ORDER',
          redeemables_products_application_mode: 'STACK',
          redeemables_no_effect_rule: 'REDEEM_ANYWAY',
          no_effect_skip_categories: [],
          no_effect_redeem_anyway_categories: [],
          redeemables_rollback_order_mode: 'WITH_ORDER',
          grouped_redeemables_sorting_rule: 'JOINT_ALWAYS_LAST',
        },
      ],
      total: 1,
    })
    expect(await findStackingRules(t.db, keys.projectId)).toEqual(DEFAULT_STACKING_RULES)
    // Limits that are not set are not in answers (C-14).
    expect(Object.values(toStackingRulesView(DEFAULT_STACKING_RULES))).not.toContain(null)
  })

  it('are made once, changed in the fields given, and given back', async () => {
    const keys = await t.addProject()
    const path = pathOf(keys)
    const exclusive = await createCategory(keys)
    const body = { redeemables_application_mode: 'PARTIAL', exclusive_categories: [exclusive] }
    const made = await manage('POST', path, { keys, body })
    expect(made).toMatchObject({ status: 200, body: { ...body, updated_at: null } })
    const one = `${path}/${made.body.id}`
    expect((await manage('GET', one, { keys })).body).toEqual(made.body)
    expect(await manage('POST', path, { keys, body: {} })).toMatchObject({
      status: 409,
      body: {
        key: 'stacking_rules_exist',
        details: 'Cannot exist more stacking rules for given project',
      },
    })

    const other = await createCategory(keys)
    const change = {
      applicable_redeemables_limit: 10,
      exclusive_categories: [other],
      applicable_redeemables_category_limits: { [other]: 2 },
    }
    const changed = await manage('PUT', one, { keys, body: change })
    expect(changed.body).toEqual({
      ...made.body,
      ...change,
      updated_at: '2026-06-01T12:00:00.000Z',
    })
    expect(await findStackingRules(t.db, keys.projectId)).toMatchObject({
      applicableRedeemablesLimit: 10,
      redeemablesApplicationMode: 'PARTIAL',
      exclusiveCategories: [other],
    })
    const reset = { applicable_redeemables_limit: null }
    const again = await manage('PUT', one, { keys, body: reset })
    expect(again.body.applicable_redeemables_limit).toBe(5)

    expect((await manage('DELETE', one, { keys })).status).toBe(204)
    expect(await findStackingRules(t.db, keys.projectId)).toEqual(DEFAULT_STACKING_RULES)
    for (const method of ['GET', 'PUT', 'DELETE'] as const) {
      expect(await manage(method, one, { keys, body: {} })).toMatchObject({
        status: 404,
        body: { resource_type: 'stacking_rules' },
      })
    }
  })

  it.each([
    [{ redeemables_limit: 31 }, 'Property .redeemables_limit must be <= 30'],
    [{ applicable_redeemables_limit: 0 }, 'Property .applicable_redeemables_limit must be >= 1'],
    [
      { redeemables_limit: 3, applicable_redeemables_limit: 4 },
      'Property .applicable_redeemables_limit must be <= .redeemables_limit, which is 3',
    ],
    [
      { redeemables_application_mode: 'SOME' },
      'Property .redeemables_application_mode should be equal to one of the allowed values: ALL, PARTIAL',
    ],
    [
      { exclusive_categories: ['x'] },
      'Property .exclusive_categories[0] must match pattern "^cat_"',
    ],
    [
      { no_effect_skip_categories: ['cat_1'], no_effect_redeem_anyway_categories: ['cat_1'] },
      'Property .no_effect_skip_categories must not name cat_1, which .no_effect_redeem_anyway_categories names',
    ],
  ])('refuse %j', async (body, details) => {
    const keys = await t.addProject()
    expect(await manage('POST', pathOf(keys), { keys, body })).toMatchObject({
      status: 400,
      body: { key: 'invalid_payload', details },
    })
  })

  it('name categories of the project only', async () => {
    const keys = await t.addProject()
    const foreign = await createCategory(t.keys)
    const body = { joint_categories: [foreign] }
    expect(await manage('POST', pathOf(keys), { keys, body })).toMatchObject({
      status: 404,
      body: { details: `Cannot find category with id ${foreign}` },
    })
  })

  it('are for those who have the keys of the project', async () => {
    const keys = await t.addProject()
    const wrong = { ...keys, adminToken: t.keys.adminToken }
    expect((await manage('GET', pathOf(keys), { keys: wrong })).status).toBe(401)
    expect((await manage('GET', pathOf(t.keys), { keys })).status).toBe(404)
  })

  it('are made once, however many ask at the same time', async () => {
    const keys = await t.addProject()
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => manage('POST', pathOf(keys), { keys, body: {} })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(409)])
  })
})

describe('a category in stacking rules (engine-core §10.1)', () => {
  it('is not deleted, unless it is to be taken out of them', async () => {
    const keys = await t.addProject()
    const [used, other] = [await createCategory(keys), await createCategory(keys)]
    const body = {
      exclusive_categories: [used, other],
      applicable_redeemables_category_limits: { [used]: 3 },
    }
    const { id } = (await manage('POST', pathOf(keys), { keys, body })).body
    const path = `/v1/categories/${used}`
    expect(await t.call('DELETE', path, undefined, { keys })).toMatchObject({
      status: 400,
      body: {
        key: 'resource_in_use',
        details: `Resource category with id ${used} is in use by stacking_rules with ids [${id}]`,
      },
    })
    const removing = `${path}?remove_from_stacking_rules=true`
    expect((await t.call('DELETE', removing, undefined, { keys })).status).toBe(204)
    expect(await findStackingRules(t.db, keys.projectId)).toMatchObject({
      exclusiveCategories: [other],
      applicableRedeemablesCategoryLimits: {},
    })
  })

  it('is there or is not named, whatever happens at the same time', async () => {
    for (let round = 0; round < 10; round += 1) {
      const keys = await t.addProject()
      const id = await createCategory(keys)
      const body = { joint_categories: [id] }
      const [made, deleted] = await Promise.all([
        manage('POST', pathOf(keys), { keys, body }),
        t.call('DELETE', `/v1/categories/${id}`, undefined, { keys }),
      ])
      const isNamed = (await findStackingRules(t.db, keys.projectId)).jointCategories.length > 0
      expect([made.status, deleted.status]).toEqual(isNamed ? [200, 400] : [404, 204])
    }
  })
})
