import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import { aCouponCampaign, aGiftCampaign, aProduct, aProgram, aReward, made } from './support.ts'

const t = useTestApp()
const create = (body: unknown) => t.call('POST', '/v1/rewards', body)

describe('/v1/rewards', () => {
  it('makes a reward of a campaign, whose type it fills in (§9.1)', async () => {
    const gifts = await aGiftCampaign(t)
    const { status, body } = await create({
      name: 'Credits',
      parameters: { campaign: { id: gifts.id, balance: '500' } },
      metadata: { k: 1 },
    })
    expect(status).toBe(200)
    expect(body).toEqual({
      id: expect.stringMatching(/^rew_/),
      name: 'Credits',
      stock: null,
      redeemed: null,
      attributes: null,
      metadata: { k: 1 },
      type: 'CAMPAIGN',
      parameters: { campaign: { id: gifts.id, balance: 500, type: 'GIFT_VOUCHERS' } },
      created_at: t.clock.now().toISOString(),
      updated_at: null,
      object: 'reward',
    })
    expect((await t.call('GET', `/v1/rewards/${body.id}`)).body).toEqual(body)
  })

  it('takes counts as text and tells them as numbers (R-1, A-15)', async () => {
    const product = await aProduct(t)
    const { body } = await create({ parameters: { product: { id: product.id } }, stock: '2' })
    expect(body).toMatchObject({
      type: 'MATERIAL',
      stock: 2,
      redeemed: 0,
      parameters: { product: { id: product.id, sku_id: null } },
    })
    const coin = await create({
      parameters: { coin: { exchange_ratio: '0.5', points_ratio: '2' } },
    })
    expect(coin.body.parameters).toEqual({ coin: { exchange_ratio: 0.5, points_ratio: 2 } })
  })

  it('refuses what cannot be given (R-2, programs scenario 62)', async () => {
    const gifts = await aGiftCampaign(t)
    expect(await create({ parameters: { campaign: { id: gifts.id } } })).toMatchObject({
      status: 400,
      body: {
        key: 'invalid_balance',
        message: "Property 'parameters.campaign.balance' is invalid",
        details: expect.stringContaining('greater than zero for campaign type: GIFT_VOUCHERS'),
      },
    })
    expect(await create({ parameters: { campaign: { id: 'camp_none' } } })).toMatchObject({
      status: 404,
      body: { resource_type: 'campaign' },
    })
    expect(await create({ parameters: { product: { id: 'prod_none' } } })).toMatchObject({
      status: 404,
      body: { resource_type: 'product' },
    })
    const { id } = await aProduct(t)
    expect(await create({ parameters: { product: { id, sku_id: 'sku_none' } } })).toMatchObject({
      status: 404,
      body: { resource_type: 'sku' },
    })
    expect(await create({ name: 'Nothing' })).toMatchObject({
      status: 400,
      body: { key: 'invalid_payload' },
    })
  })

  it('changes a reward, but not what kind it is (R-3)', async () => {
    const coupons = await aCouponCampaign(t)
    const coin = { coin: { exchange_ratio: 1, points_ratio: 10 } }
    const { id } = await made(t, '/v1/rewards', {
      name: 'Old',
      parameters: coin,
      metadata: { a: 1 },
    })
    const put = (body: unknown) => t.call('PUT', `/v1/rewards/${id}`, body)
    expect((await put({ name: 'New', metadata: { b: 2 } })).body).toMatchObject({
      name: 'New',
      parameters: coin,
      metadata: { a: 1, b: 2 },
      updated_at: expect.any(String),
    })
    expect(await put({ parameters: { campaign: { id: coupons.id } } })).toMatchObject({
      status: 400,
      body: { key: 'invalid_payload' },
    })
  })

  it('lists rewards, those of an assignment alone where it is named', async () => {
    const program = await aProgram(t)
    const coupons = await aCouponCampaign(t)
    const reward = { parameters: { campaign: { id: coupons.id } } }
    const { id, assignment } = await aReward(t, program, reward, 10)
    const all = (await t.call('GET', '/v1/rewards?limit=100')).body
    expect(all.total).toBe(all.data.length)
    const { body } = await t.call('GET', `/v1/rewards?assignment_id=${assignment.id}`)
    expect(body).toMatchObject({ object: 'list', data_ref: 'data', total: 1, data: [{ id }] })
  })
})

describe('assignments of rewards', () => {
  it('are seen from the reward and from the program (§9.2)', async () => {
    const program = await aProgram(t)
    const coupons = await aCouponCampaign(t)
    const { id } = await made(t, '/v1/rewards', {
      parameters: { campaign: { id: coupons.id } },
    })
    const [assignment] = await made(
      t,
      `/v1/loyalties/${encodeURIComponent(program.name)}/rewards`,
      [{ reward: id, parameters: { loyalty: { points: '100' } } }],
    )
    expect(assignment).toEqual({
      id: expect.stringMatching(/^rewa_/),
      reward_id: id,
      related_object_id: program.id,
      related_object_type: 'campaign',
      parameters: { loyalty: { points: 100 } },
      created_at: t.clock.now().toISOString(),
      updated_at: null,
      object: 'reward_assignment',
    })
    const ofProgram = `/v1/loyalties/${program.id}`
    for (const url of [
      `/v1/rewards/${id}/assignments`,
      `${ofProgram}/rewards`,
      `${ofProgram}/reward-assignments?assignmentId=${assignment.id}`,
    ]) {
      expect((await t.call('GET', url)).body).toMatchObject({ total: 1, data: [assignment] })
    }
    for (const url of [
      `/v1/rewards/${id}/assignments/${assignment.id}`,
      `${ofProgram}/rewards/${assignment.id}`,
      `${ofProgram}/reward-assignments/${assignment.id}`,
    ]) {
      expect((await t.call('GET', url)).body).toEqual(assignment)
    }
    const url = `${ofProgram}/reward-assignments/${assignment.id}/reward`
    expect((await t.call('GET', url)).body).toMatchObject({ id, object: 'reward' })
  })

  it('change their price and go', async () => {
    const program = await aProgram(t)
    const coupons = await aCouponCampaign(t)
    const reward = { parameters: { campaign: { id: coupons.id } } }
    const { id, assignment } = await aReward(t, program, reward, 10)
    const url = `/v1/loyalties/${program.id}/rewards/${assignment.id}`
    expect(
      (await t.call('PUT', url, { parameters: { loyalty: { points: 20 } } })).body,
    ).toMatchObject({ parameters: { loyalty: { points: 20 } } })
    const ofReward = `/v1/rewards/${id}/assignments/${assignment.id}`
    expect(
      (await t.call('PUT', ofReward, { parameters: { loyalty: { points: 30 } } })).body,
    ).toMatchObject({ parameters: { loyalty: { points: 30 } } })
    expect((await t.call('DELETE', url)).status).toBe(204)
    expect(await t.call('GET', ofReward)).toMatchObject({
      status: 404,
      body: { resource_type: 'reward_assignment' },
    })
    expect((await t.call('DELETE', `/v1/rewards/${id}`)).status).toBe(204)
    expect((await t.call('GET', `/v1/rewards/${id}`)).status).toBe(404)
  })

  it('are refused without a price, and a second time (R-2, R-4, programs scenario 62)', async () => {
    const program = await aProgram(t)
    const coupons = await aCouponCampaign(t)
    const reward = { parameters: { campaign: { id: coupons.id } } }
    const { id, assignment } = await aReward(t, program, reward, 10)
    const assign = (body: unknown) => t.call('POST', `/v1/rewards/${id}/assignments`, body)
    expect(await assign({ campaign: program.id })).toMatchObject({
      status: 400,
      body: {
        key: 'missing_param',
        message: 'Missing required parameter',
        details: "Parameter 'parameters.loyalty' is required",
      },
    })
    const price = { parameters: { loyalty: { points: 1 } } }
    expect(await assign(price)).toMatchObject({
      status: 404,
      body: { details: 'Cannot find campaign with id null' },
    })
    expect(await assign({ campaign: program.id, ...price })).toMatchObject({
      status: 409,
      body: {
        key: 'duplicate_found',
        resource_type: 'reward_assignment',
        resource_id: assignment.id,
      },
    })
    expect(await assign({ campaign: coupons.id, ...price })).toMatchObject({
      status: 400,
      body: { key: 'invalid_campaign' },
    })
    expect(await t.call('DELETE', `/v1/rewards/${id}`)).toMatchObject({
      status: 400,
      body: {
        key: 'resource_in_use',
        details: `Resource reward with id ${id} is in use by reward_assignments with ids [${assignment.id}]`,
      },
    })
    const own = await made(t, '/v1/rewards', {
      parameters: { campaign: { id: program.id, balance: 5 } },
    })
    expect(
      await t.call('POST', `/v1/rewards/${own.id}/assignments`, { campaign: program.id, ...price }),
    ).toMatchObject({ status: 400, body: { key: 'invalid_campaign' } })
  })

  it('are made once by many callers at the same time', async () => {
    const program = await aProgram(t)
    const { id } = await made(t, '/v1/rewards', {
      parameters: { coin: { exchange_ratio: 1, points_ratio: 1 } },
    })
    const answers = await Promise.all(
      Array.from({ length: 32 }, () =>
        t.call('POST', `/v1/rewards/${id}/assignments`, { campaign: program.id }),
      ),
    )
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    expect(statuses.filter((status) => status === 409)).toHaveLength(31)
  })

  it('let a program redeem one reward by itself (R-5)', async () => {
    const program = await aProgram(t)
    const coupons = await aCouponCampaign(t)
    const assign = async () => {
      const { id } = await made(t, '/v1/rewards', { parameters: { campaign: { id: coupons.id } } })
      return t.call('POST', `/v1/rewards/${id}/assignments`, {
        campaign: program.id,
        parameters: { loyalty: { points: 5, auto_redeem: true } },
      })
    }
    expect((await assign()).body.parameters).toEqual({ loyalty: { points: 5, auto_redeem: true } })
    expect((await assign()).status).toBe(400)
  })

  it('belong to one project', async () => {
    const program = await aProgram(t)
    const coin = { parameters: { coin: { exchange_ratio: 1, points_ratio: 1 } } }
    const { id } = await aReward(t, program, coin)
    const keys = await t.addProject()
    for (const url of [`/v1/rewards/${id}`, `/v1/rewards/${id}/assignments`]) {
      expect((await t.call('GET', url, undefined, { keys })).status).toBe(404)
    }
  })
})
