import { describe, expect, it } from 'vitest'
import { drainEffects } from '../../../support/effects.ts'
import { addPoints, aProgram, join, typesOf } from '../../../support/loyalty.ts'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()
const SILVER = { name: 'Silver', points: { from: 151, to: 250 } }
const GOLD = { name: 'Gold', points: { from: 251, to: 350 } }
const TIER = 'customer.loyalty.tier.'

const tiersPath = (program: string) => `/v1/loyalties/${program}/tiers`
const createTiers = (program: string, tiers: object[] = [SILVER, GOLD]) =>
  t.call('POST', tiersPath(program), tiers)
/** What was told of the tiers of a customer, oldest first. */
async function happened(customer: string): Promise<{ type: string; data: object }[]> {
  const { rows } = await t.db.pool.query(
    `select type, data from occurrence
      where data -> 'customer' ->> 'source_id' = $1 and type like $2 order by id`,
    [customer, `${TIER}%`],
  )
  return rows
}
const tierOf = async (code: string): Promise<string | undefined> =>
  (await t.call('GET', `/v1/loyalties/members/${code}/tiers`)).body.data[0]?.name

describe('/v1/loyalties/{campaignId}/tiers (§8.7)', () => {
  it('makes, shows, changes and deletes tiers', async () => {
    const program = await aProgram(t)
    const { status, body } = await createTiers(program)
    expect(status).toBe(200)
    expect(body[0]).toEqual({
      id: expect.stringMatching(/^ltr_/),
      name: 'Silver',
      campaign_id: program,
      metadata: {},
      created_at: '2026-06-01T12:00:00.000Z',
      updated_at: null,
      earning_rules: {},
      rewards: {},
      config: { points: SILVER.points },
      points: SILVER.points,
      object: 'loyalty_tier',
    })
    const path = `${tiersPath(program)}/${body[0].id}`
    expect((await t.call('GET', path)).body).toEqual(body[0])
    const changed = { points: { from: 100 + 50, to: 200 }, metadata: { perk: 'lounge' } }
    expect((await t.call('PUT', path, changed)).body).toMatchObject({ name: 'Silver', ...changed })
    const list = await t.call('GET', `${tiersPath(program)}?limit=1`)
    expect(list.body).toMatchObject({ data_ref: 'data', total: 2, data: [{ name: 'Silver' }] })
    expect((await t.call('DELETE', path)).status).toBe(204)
    expect(await t.call('GET', path)).toMatchObject({
      status: 404,
      body: { key: 'not_found', resource_type: 'loyalty_tier' },
    })
  })

  it.each([
    [[{ points: { from: 1 } }], "Payload should have required property 'name'"],
    [[{ name: 'A' }], "Payload should have required property 'points'"],
    [[{ name: 'A', points: { to: 5 } }], "Property .points should have required property 'from'"],
    [[{ name: 'A', points: { from: 5, to: 4 } }], 'Property .points.to must be >= 5'],
    [
      [SILVER, { name: 'B', points: { from: 250, to: 300 } }],
      'The points of tier B overlap with those of tier Silver',
    ],
    [
      [{ name: 'A', points: { from: 1 } }, SILVER],
      'The points of tier Silver overlap with those of tier A',
    ],
    [[], 'Payload must NOT have fewer than 1 items'],
  ])('refuses %j (L-50)', async (tiers, details) => {
    const program = await aProgram(t)
    expect(await createTiers(program, tiers)).toMatchObject({
      status: 400,
      body: { key: 'invalid_payload', details },
    })
  })

  it('makes one of two tiers with the same points, whoever comes first (L-50)', async () => {
    const program = await aProgram(t)
    const answers = await Promise.all(
      Array.from({ length: 16 }, () =>
        createTiers(program, [{ name: 'Same', points: { from: 10 } }]),
      ),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  it('knows the programs of its project alone', async () => {
    const program = await aProgram(t)
    await createTiers(program)
    const keys = await t.addProject()
    expect((await t.call('GET', tiersPath(program), undefined, { keys })).status).toBe(404)
    const { body: coupons } = await t.call('POST', '/v1/campaigns', {
      name: 'No program',
      voucher: { type: 'DISCOUNT_VOUCHER', discount: { type: 'PERCENT', percent_off: 5 } },
    })
    expect((await t.call('GET', tiersPath(coupons.id))).status).toBe(404)
  })

  it('tells of each', async () => {
    const program = await aProgram(t)
    const { body } = await createTiers(program)
    await t.call('DELETE', `${tiersPath(program)}/${body[1].id}`)
    const told = await t.db.kysely
      .selectFrom('occurrence')
      .select('type')
      .where('type', 'like', 'campaign.loyalty_tier.%')
      .orderBy('id', 'desc')
      .limit(3)
      .execute()
    expect(told.map(({ type }) => type)).toEqual([
      'campaign.loyalty_tier.deleted',
      'campaign.loyalty_tier.created',
      'campaign.loyalty_tier.created',
    ])
  })
})

describe('the rewards of a tier (L-57)', () => {
  it('have the prices that the tier makes of them', async () => {
    const program = await aProgram(t)
    const { body: product } = await t.call('POST', '/v1/products', { name: 'Mug' })
    const make = async (body: object, points?: number) => {
      const { body: reward } = await t.call('POST', '/v1/rewards', body)
      const assignment = {
        reward: reward.id,
        ...(points && { parameters: { loyalty: { points } } }),
      }
      const path = `/v1/loyalties/${program}/rewards`
      return (await t.call('POST', path, [assignment])).body[0].id
    }
    const mug = { name: 'Mug', type: 'MATERIAL', parameters: { product: { id: product.id } } }
    const coin = { type: 'COIN', parameters: { coin: { exchange_ratio: 20, points_ratio: 100 } } }
    const [half, own, same] = [await make(mug, 101), await make(mug, 50), await make(mug, 70)]
    const paid = await make({ ...coin, name: 'Coin' })
    const rewards = {
      [half]: { type: 'MULTIPLY', multiplier: 0.5 },
      [own]: { type: 'CUSTOM', points: 7 },
    }
    const { body: tiers } = await createTiers(program, [{ ...GOLD, rewards }])
    expect(tiers[0].rewards).toEqual(rewards)
    const path = `${tiersPath(program)}/${tiers[0].id}/rewards`
    const { body } = await t.call('GET', path)
    expect(body).toMatchObject({ object: 'list', data_ref: 'data', total: 4 })
    const prices = new Map(
      body.data.map(({ assignment }: { assignment: { id: string; parameters?: object } }) => [
        assignment.id,
        assignment.parameters,
      ]),
    )
    expect([half, own, same, paid].map((id) => prices.get(id))).toEqual([
      { loyalty: { points: 51 } },
      { loyalty: { points: 7 } },
      { loyalty: { points: 70 } },
      undefined,
    ])
    const custom = { ...SILVER, rewards: { [paid]: { type: 'CUSTOM', points: 7 } } }
    expect(await createTiers(program, [custom])).toMatchObject({
      status: 400,
      body: {
        details: `Property .rewards.${paid}.type does not allow CUSTOM for a reward of type COIN`,
      },
    })
    const unknown = { ...SILVER, rewards: { rewa_none: { type: 'CUSTOM', points: 7 } } }
    expect((await createTiers(program, [unknown])).status).toBe(404)
  })
})

describe('the tier of a member', () => {
  it('follows the balance (programs scenario 47, L-51, L-54, L-56)', async () => {
    const program = await aProgram(t, {}, 150)
    await createTiers(program)
    const code = await join(t, program, 'ann')
    expect(await tierOf(code)).toBeUndefined()
    await addPoints(t, code, 1)
    expect(await tierOf(code)).toBe('Silver')
    await addPoints(t, code, 100)
    expect(await tierOf(code)).toBe('Gold')
    await addPoints(t, code, -101)
    expect(await tierOf(code)).toBeUndefined()
    expect(await typesOf(t, 'ann', TIER)).toEqual([
      `${TIER}joined`,
      `${TIER}upgraded`,
      `${TIER}left`,
    ])
  })

  it('is left by those who spend too many points of it (programs scenario 47)', async () => {
    const program = await aProgram(t)
    await createTiers(program)
    const code = await join(t, program, 'dan')
    const coin = { coin: { exchange_ratio: 1, points_ratio: 1 } }
    const { body: reward } = await t.call('POST', '/v1/rewards', { parameters: coin })
    await t.call('POST', `/v1/rewards/${reward.id}/assignments`, { campaign: program })
    await addPoints(t, code, 151)
    expect(await tierOf(code)).toBe('Silver')
    await addPoints(t, code, 100)
    expect(await tierOf(code)).toBe('Gold')
    const { body } = await t.call('POST', `/v1/loyalties/members/${code}/redemption`, {
      reward: { id: reward.id, points: 101 },
      order: { amount: 45_000 },
    })
    expect(body).toMatchObject({ result: 'SUCCESS', amount: 101 })
    await drainEffects(t)
    expect(await tierOf(code)).toBeUndefined()
    const told = await happened('dan')
    expect(told.map(({ type }) => type)).toEqual([
      `${TIER}joined`,
      `${TIER}upgraded`,
      `${TIER}left`,
    ])
    expect(told.map(({ data }) => data)).toMatchObject([
      { loyalty_tier: { name: 'Silver' }, campaign: { id: program } },
      { loyalty_tier_from: { name: 'Silver' }, loyalty_tier_to: { name: 'Gold' } },
      { loyalty_tier: { name: 'Gold' }, customer: { source_id: 'dan' } },
    ])
  })

  it('is had from the first points on, and tells of the days it lasts (L-55)', async () => {
    const expiration = {
      qualification_type: 'BALANCE',
      qualification_period: 'QUARTER',
      start_date: { type: 'IMMEDIATE' },
      expiration_date: { type: 'END_OF_NEXT_PERIOD' },
    }
    const program = await aProgram(t, { loyalty_tiers_expiration: expiration }, 300)
    expect((await t.call('GET', `/v1/campaigns/${program}`)).body.loyalty_tiers_expiration).toEqual(
      expiration,
    )
    const { body: tiers } = await createTiers(program)
    const code = await join(t, program, 'bob')
    const { body } = await t.call('GET', `/v1/loyalties/members/${code}/tiers`)
    expect(body).toMatchObject({ object: 'list', data_ref: 'data', total: 1 })
    expect(body.data[0]).toMatchObject({
      id: tiers[1].id,
      expiration: {
        campaign_id: program,
        tier_id: tiers[1].id,
        start_date: '2026-06-01',
        expiration_date: '2026-09-30',
      },
    })
    await addPoints(t, code, -300)
    expect(await tierOf(code)).toBe('Gold')
    const told = await happened('bob')
    expect(told.map(({ type }) => type)).toEqual([`${TIER}joined`, `${TIER}expiration.changed`])
    expect(told[1]?.data).toMatchObject({
      customer: { source_id: 'bob' },
      campaign: { id: program },
      loyalty_tier: { id: tiers[1].id },
      expiration_date: '2026-09-30',
    })
  })

  it('is lost with the tier at once (L-54)', async () => {
    const program = await aProgram(t, {}, 200)
    const { body: tiers } = await createTiers(program)
    const code = await join(t, program, 'carl')
    await t.call('DELETE', `${tiersPath(program)}/${tiers[0].id}`)
    await drainEffects(t)
    expect(await tierOf(code)).toBeUndefined()
    expect(await typesOf(t, 'carl', TIER)).toEqual([`${TIER}joined`, `${TIER}left`])
  })

  it('is unknown of a card that is not there', async () => {
    expect(await t.call('GET', '/v1/loyalties/members/nobody/tiers')).toMatchObject({ status: 404 })
  })
})
