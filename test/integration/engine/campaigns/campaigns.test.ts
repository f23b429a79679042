import { describe, expect, it } from 'vitest'
import { runAsyncActions } from '../../../support/async-actions.ts'
import { type CallAnswer, useTestApp } from '../../../support/test-app.ts'
import { uploadCsv } from '../../../support/upload-csv.ts'

const t = useTestApp()
const AMOUNT_1000 = { type: 'DISCOUNT_VOUCHER', discount: { type: 'AMOUNT', amount_off: 1000 } }
const create = (name: string, fields: object = {}): Promise<CallAnswer> =>
  t.call('POST', '/v1/campaigns', { name, voucher: AMOUNT_1000, ...fields })
const vouchersOf = async (campaignId: string) =>
  (await t.call('GET', `/v1/vouchers?limit=100&campaign_id=${campaignId}`)).body
const actionOf = async (id: string) => (await t.call('GET', `/v1/async-actions/${id}`)).body
const inParallel = (count: number, work: (index: number) => Promise<CallAnswer>) =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)))

describe('POST /v1/campaigns', () => {
  it('fills in what is not said (R-CAM-01, recorded facts)', async () => {
    const { status, body } = await create('Defaults')
    expect(status).toBe(200)
    expect(body).toEqual({
      id: expect.stringMatching(/^camp_/),
      name: 'Defaults',
      campaign_type: 'DISCOUNT_COUPONS',
      type: 'AUTO_UPDATE',
      voucher: {
        ...AMOUNT_1000,
        redemption: { quantity: null },
        code_config: {
          length: 8,
          charset: '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ',
          pattern: '########',
        },
        is_referral_code: false,
      },
      auto_join: false,
      join_once: false,
      use_voucher_metadata_schema: true,
      vouchers_count: 0,
      active: true,
      metadata: {},
      created_at: '2026-06-01T12:00:00.000Z',
      creation_status: 'DONE',
      vouchers_generation_status: 'DONE',
      protected: false,
      category_id: null,
      categories: [],
      validation_rules_assignments: { object: 'list', data_ref: 'data', data: [], total: 0 },
      object: 'campaign',
    })
  })

  it.each([
    ['GIFT_VOUCHERS', 'AUTO_UPDATE', { voucher: { gift: { amount: 500 } } }],
    ['LOYALTY_PROGRAM', 'STATIC', { voucher: { loyalty_card: { points: 10 } } }],
    ['REFERRAL_PROGRAM', 'AUTO_UPDATE', { voucher: { ...AMOUNT_1000, is_referral_code: true } }],
    ['PROMOTION', 'STATIC', { promotion: { tiers: [] }, voucher: null }],
  ])('takes %s from what it gives (R-CAM-01)', async (campaignType, type, fields) => {
    const { body } = await create(`Inferred ${campaignType}`, fields)
    expect(body).toMatchObject({ campaign_type: campaignType, type })
    expect(body.join_once).toBe(campaignType === 'LOYALTY_PROGRAM')
  })

  it('makes its one code at once, from its template (R-CAM-02, R-CAM-03, R-VOU-06)', async () => {
    const { body } = await create('One', {
      vouchers_count: 1,
      expiration_date: '2026-12-31T00:00:00Z',
      category: 'spring',
      voucher: { ...AMOUNT_1000, redemption: { quantity: 2 }, code_config: { prefix: 'ONE-' } },
    })
    expect(body).toMatchObject({ vouchers_count: 1, vouchers_generation_status: 'DONE' })
    const list = await vouchersOf(body.id)
    expect(list.total).toBe(1)
    expect(list.vouchers[0]).toMatchObject({
      code: expect.stringMatching(/^ONE-[0-9a-zA-Z]{8}$/),
      campaign: 'One',
      campaign_id: body.id,
      category: 'spring',
      discount: { type: 'AMOUNT', amount_off: 1000 },
      redemption: { quantity: 2 },
      expiration_date: '2026-12-31T00:00:00.000Z',
      active: true,
    })
  })

  it('makes many while the caller goes on (R-CAM-02)', async () => {
    const { body } = await create('Many', { vouchers_count: 30 })
    expect(body).toMatchObject({ vouchers_count: 0, vouchers_generation_status: 'IN_PROGRESS' })
    await runAsyncActions(t)
    const done = await t.call('GET', `/v1/campaigns/${body.id}`)
    expect(done.body).toMatchObject({ vouchers_count: 30, vouchers_generation_status: 'DONE' })
    expect((await vouchersOf('Many')).total).toBe(30)
  })

  it('has the tiers of a promotion (recorded facts)', async () => {
    const tier = {
      name: 'Ten',
      banner: '10 %',
      action: { discount: { type: 'PERCENT', percent_off: 10 } },
    }
    const { status, body } = await t.call('POST', '/v1/campaigns', {
      name: 'Promo',
      campaign_type: 'PROMOTION',
      promotion: { tiers: [tier, { ...tier, name: 'Again' }] },
    })
    expect(status).toBe(200)
    expect(body).not.toHaveProperty('vouchers_count')
    expect(body.promotion).toMatchObject({
      object: 'list',
      data_ref: 'tiers',
      total: 2,
      has_more: false,
      tiers: [
        { name: 'Ten', hierarchy: 1, promotion_id: body.id, campaign_id: body.id },
        { name: 'Again', hierarchy: 2 },
      ],
    })
  })

  it.each([
    ['no name', { name: null }, 'invalid_payload'],
    ['no template', { voucher: null }, 'invalid_payload'],
    [
      'a template without its discount',
      { voucher: { type: 'DISCOUNT_VOUCHER' } },
      'invalid_payload',
    ],
    ['a template of another type', { campaign_type: 'GIFT_VOUCHERS' }, 'invalid_campaign'],
    [
      'more codes than there are of their form (R-CODE-02)',
      {
        vouchers_count: 101,
        voucher: { ...AMOUNT_1000, code_config: { pattern: '##', charset: '0123456789' } },
      },
      'invalid_code_config',
    ],
    [
      'many codes for a campaign of one',
      { type: 'STANDALONE', vouchers_count: 2 },
      'invalid_campaign',
    ],
  ])('refuses %s', async (_case, fields, key) => {
    const { status, body } = await create('Refused', fields)
    expect({ status, key: body.key }).toEqual({ status: 400, key })
    expect((await t.call('GET', '/v1/campaigns/Refused')).status).toBe(404)
  })

  it('gives one of many rivals the name (uniqueness)', async () => {
    const answers = await inParallel(12, () => create('Contested'))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    const refused = answers.find(({ status }) => status === 409)
    expect(refused?.body).toMatchObject({
      key: 'duplicate_found',
      details: 'Duplicated campaign exists with name Contested',
    })
  })
})

describe('generation of codes', () => {
  it('by four workers at once makes as many as are asked for, and none twice', async () => {
    const { body } = await create('Crowded', { vouchers_count: 6_000 })
    const more = await t.call('POST', `/v1/campaigns/${body.id}/vouchers?vouchers_count=4000`)
    await Promise.all([1, 2, 3, 4].map(() => runAsyncActions(t)))
    const { rows } = await t.db.pool.query(
      'select count(*) as codes, count(distinct code) as distinct_codes from voucher where campaign_id = $1',
      [body.id],
    )
    expect(rows[0]).toEqual({ codes: 10_000, distinct_codes: 10_000 })
    const campaign = await t.call('GET', `/v1/campaigns/${body.id}`)
    expect(campaign.body).toMatchObject({
      vouchers_count: 10_000,
      vouchers_generation_status: 'DONE',
    })
    expect(await actionOf(more.body.async_action_id)).toMatchObject({
      type: 'CAMPAIGN.VOUCHERS_GENERATE',
      operation_status: 'SUCCESS',
      result: { message: 'Generated 4000 vouchers.', done_count: 4_000 },
    })
  })

  it('uses up a small space of codes, and says so when there are no more', async () => {
    const voucher = { ...AMOUNT_1000, code_config: { pattern: 'S#', charset: '0123456789' } }
    const { body } = await create('Small', { voucher })
    const url = `/v1/campaigns/${body.id}/vouchers?vouchers_count=8`
    const first = await t.call('POST', url)
    const second = await t.call('POST', url)
    await runAsyncActions(t)
    const outcomes = await Promise.all(
      [first, second].map(({ body: answer }) => actionOf(answer.async_action_id)),
    )
    const { total } = await vouchersOf(body.id)
    expect(outcomes.map(({ status }) => status)).toEqual(['DONE', 'FAILED'])
    expect(total).toBe(outcomes[0].result.done_count + outcomes[1].result.done_count)
    expect(outcomes[1].result.message).toMatch(/no more unused codes/)
    const after = await t.call('GET', `/v1/campaigns/${body.id}`)
    expect(after.body).toMatchObject({
      vouchers_count: total,
      vouchers_generation_status: 'FAILED',
    })
  })
})

describe('POST /v1/campaigns/{id}/vouchers', () => {
  it('adds one voucher for a body that is a number (R-HTTP-04, scenario 90)', async () => {
    await create('Five')
    const { status, body } = await t.call('POST', '/v1/campaigns/Five/vouchers', 5)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      campaign: 'Five',
      object: 'voucher',
      redemption: { quantity: null },
    })
    expect((await t.call('POST', '/v1/campaigns/Five/vouchers')).status).toBe(200)
    expect((await t.call('GET', '/v1/campaigns/Five')).body.vouchers_count).toBe(2)
    const three = await t.call('POST', '/v1/campaigns/Five/vouchers?vouchers_count=3', 5)
    expect(three.status).toBe(202)
    expect(three.body).toEqual({ async_action_id: expect.stringMatching(/^aa_/) })
    await runAsyncActions(t)
    expect((await t.call('GET', '/v1/campaigns/Five')).body.vouchers_count).toBe(5)
  })

  it('gives a code what it is to have of its own (§5.2)', async () => {
    await create('Own', { expiration_date: '2026-12-31' })
    const { body } = await t.call('POST', '/v1/campaigns/Own/vouchers/MINE', {
      category: 'vip',
      metadata: { a: 1 },
      redemption: { quantity: 3 },
      additional_info: 'x',
      start_date: '2026-02-01',
      expiration_date: '2026-07-01',
    })
    expect(body).toMatchObject({
      code: 'MINE',
      category: 'vip',
      metadata: { a: 1 },
      redemption: { quantity: 3 },
      additional_info: 'x',
      start_date: '2026-02-01T00:00:00.000Z',
      expiration_date: '2026-07-01T00:00:00.000Z',
      discount: { amount_off: 1000 },
    })
    const again = await t.call('POST', '/v1/campaigns/Own/vouchers/MINE', {})
    expect(again).toMatchObject({ status: 409, body: { key: 'duplicate_found' } })
  })

  it('keeps a campaign of one code at one, whoever asks at once', async () => {
    await create('Single', { type: 'STANDALONE' })
    const answers = await inParallel(8, (index) =>
      t.call('POST', '/v1/vouchers', { code: `SINGLE-${index}`, campaign: 'Single' }),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.find(({ status }) => status === 400)?.body).toMatchObject({
      key: 'invalid_campaign',
      details: 'You can not generate vouchers for STANDALONE type campaign.',
    })
  })

  it('is found by the campaign of a new voucher, too (R-VOU-05)', async () => {
    await create('ByName')
    const { body } = await t.call('POST', '/v1/vouchers', { campaign: 'ByName', code: 'BYNAME' })
    expect(body).toMatchObject({
      code: 'BYNAME',
      campaign: 'ByName',
      discount: { amount_off: 1000 },
    })
    const unknown = await t.call('POST', '/v1/vouchers', { campaign: 'Nobody', code: 'X' })
    expect(unknown).toMatchObject({ status: 404, body: { resource_type: 'campaign' } })
  })
})

describe('PUT /v1/campaigns/{id}', () => {
  it('loses a date that is null, and keeps its name (R-CAM-08, scenario 86)', async () => {
    const { body } = await create('Dated', {
      expiration_date: '2026-12-31',
      metadata: { a: 1, b: 2 },
    })
    expect(body).toHaveProperty('expiration_date')
    const changed = await t.call('PUT', `/v1/campaigns/${body.id}`, {
      name: 'Renamed',
      expiration_date: null,
      description: 'now with words',
      metadata: { c: 3 },
      unset_metadata_fields: ['a'],
    })
    expect(changed.body).not.toHaveProperty('expiration_date')
    expect(changed.body).toMatchObject({
      name: 'Dated',
      description: 'now with words',
      metadata: { b: 2, c: 3 },
      updated_at: expect.any(String),
    })
  })

  it('reaches the codes that were neither published nor redeemed, and no others (R-CAM-04)', async () => {
    const { body } = await create('Reached', { vouchers_count: 5 })
    await runAsyncActions(t)
    const { vouchers } = await vouchersOf(body.id)
    const [published, owned] = vouchers
    await t.call('PUT', `/v1/vouchers/${owned.code}`, { metadata: { mine: true } })
    const given = await t.call('POST', '/v1/publications', {
      voucher: published.code,
      customer: { source_id: 'reached' },
    })
    expect(given.status).toBe(200)
    const changed = await t.call('PUT', '/v1/campaigns/Reached', {
      voucher: { discount: { type: 'AMOUNT', amount_off: 2000 } },
      expiration_date: '2027-01-01',
    })
    expect(changed.body).toMatchObject({ creation_status: 'MODIFYING' })
    await runAsyncActions(t)
    const after = (await vouchersOf(body.id)).vouchers
    const amountOf = (code: string) =>
      after.find((voucher: { code: string }) => voucher.code === code).discount.amount_off
    expect(amountOf(published.code)).toBe(1000)
    expect(amountOf(owned.code)).toBe(2000)
    expect(after.filter((v: { expiration_date: string | null }) => v.expiration_date)).toHaveLength(
      4,
    )
    expect((await t.call('GET', '/v1/campaigns/Reached')).body.creation_status).toBe('DONE')
  })

  it('does not change the type of the discount (scenario 89)', async () => {
    await create('Typed')
    const { status, body } = await t.call('PUT', '/v1/campaigns/Typed', {
      voucher: { discount: { type: 'PERCENT', percent_off: 5 } },
    })
    expect(status).toBe(400)
    expect(body).toMatchObject({
      key: 'invalid_voucher',
      details: 'It is not possible to change Voucher discount type',
    })
  })
})

describe('DELETE /v1/campaigns/{id}', () => {
  it('hides campaign and codes at once, and keeps name and codes taken (R-CAM-06)', async () => {
    const { body } = await create('Binned', { vouchers_count: 1 })
    const [{ code }] = (await vouchersOf(body.id)).vouchers
    const { status, body: accepted } = await t.call('DELETE', '/v1/campaigns/Binned')
    expect(status).toBe(202)
    expect((await t.call('GET', '/v1/campaigns/Binned')).status).toBe(404)
    expect((await t.call('GET', `/v1/vouchers/${code}`)).status).toBe(404)
    await runAsyncActions(t)
    expect(await actionOf(accepted.async_action_id)).toMatchObject({ operation_status: 'SUCCESS' })
    expect((await create('Binned')).status).toBe(409)
    const again = await t.call('POST', `/v1/vouchers/${code}`, AMOUNT_1000)
    expect(again.status).toBe(409)
  })

  it('frees name and codes when it is forced', async () => {
    const { body } = await create('Forced', { vouchers_count: 1 })
    const [{ code }] = (await vouchersOf(body.id)).vouchers
    await t.call('DELETE', '/v1/campaigns/Forced?force=true')
    await runAsyncActions(t)
    expect((await create('Forced')).status).toBe(200)
    expect((await t.call('POST', `/v1/vouchers/${code}`, AMOUNT_1000)).status).toBe(200)
  })

  it.each([
    ['Kept', ''],
    ['Ended', '?force=true'],
  ])(
    'tells once those who held a code: %s%s (engine-programs §13.3, row 42)',
    async (name, query) => {
      await create(name, { vouchers_count: 3 })
      await runAsyncActions(t)
      const customer = { source_id: `holder of ${name}` }
      const { body: publication } = await t.call('POST', '/v1/publications', {
        campaign: name,
        customer,
      })
      await t.call('DELETE', `/v1/campaigns/${name}${query}`)
      await runAsyncActions(t)
      const bin = `/v1/trash-bin?filters[resource_name][conditions][$is]=${name}`
      const [entry] = (await t.call('GET', bin)).body.data
      if (entry) await t.call('DELETE', `/v1/trash-bin/${entry.id}`)
      await runAsyncActions(t)
      const feed = `/v1/customers/${encodeURIComponent(customer.source_id)}/activity`
      const { body } = await t.call('GET', `${feed}?type=customer.voucher.deleted`)
      expect(body.data).toMatchObject([
        { data: { voucher: { code: publication.voucher.code }, campaign: { name } } },
      ])
    },
  )
})

describe('imports into a campaign', () => {
  it('add codes from JSON (§5.2)', async () => {
    const { body } = await create('Imported', { voucher: { gift: { amount: 500 } } })
    const { status, body: accepted } = await t.call('POST', '/v1/campaigns/Imported/import', [
      { code: 'IMP-1', metadata: { from: 'crm' } },
      { code: 'IMP-2', gift: { amount: 700 }, active: false },
    ])
    expect(status).toBe(202)
    await runAsyncActions(t)
    expect(await actionOf(accepted.async_action_id)).toMatchObject({
      type: 'CAMPAIGN.VOUCHERS_IMPORT',
      operation_status: 'SUCCESS',
      result: { message: 'Imported 2 vouchers.', done_count: 2, failed_count: 0, failed: [] },
    })
    const { vouchers } = await vouchersOf(body.id)
    expect(vouchers.find((v: { code: string }) => v.code === 'IMP-2')).toMatchObject({
      gift: { amount: 700, balance: 700 },
      active: false,
    })
    const twice = await t.call('POST', '/v1/campaigns/Imported/import', [
      { code: 'IMP-1' },
      { code: 'IMP-2' },
    ])
    expect(twice).toMatchObject({
      status: 400,
      body: { key: 'duplicate_key', details: '2 voucher codes(s) already exist.' },
    })
    const without = await t.call('POST', '/v1/campaigns/Imported/import', [{ active: true }])
    expect(without.body).toMatchObject({
      key: 'invalid_voucher',
      details: "Found 1 voucher(s) without 'code' value",
    })
  })

  it('add codes from a CSV file, with what was on the cards', async () => {
    const { body } = await create('ImportedCsv', { voucher: { gift: { amount: 500 } } })
    const csv =
      'Code,Active,Gift Amount,Redeemed Amount,Shop\nCSV-1,true,900,100,"Rome, IT"\nCSV-2,false,,,\n'
    const { status, body: accepted } = await uploadCsv(
      t,
      '/v1/campaigns/ImportedCsv/importCSV',
      csv,
    )
    expect(status).toBe(200)
    await runAsyncActions(t)
    expect((await actionOf(accepted.async_action_id)).result).toMatchObject({ done_count: 2 })
    const { vouchers } = await vouchersOf(body.id)
    const [first, second] = ['CSV-1', 'CSV-2'].map((code) =>
      vouchers.find((voucher: { code: string }) => voucher.code === code),
    )
    expect(first).toMatchObject({
      gift: { amount: 900, balance: 800 },
      metadata: { Shop: 'Rome, IT' },
    })
    expect(second).toMatchObject({
      gift: { amount: 500, balance: 500 },
      active: false,
      metadata: {},
    })
  })

  it('refuse an upload without a file', async () => {
    await create('NoFile')
    const { status, body } = await t.call('POST', '/v1/campaigns/NoFile/importCSV', {})
    expect(status).toBe(400)
    expect(body.details).toBe("Payload should have required property 'file'")
  })
})

describe('GET /v1/campaigns', () => {
  it('lists, filters and counts', async () => {
    const keys = await t.addProject()
    for (const name of ['A', 'B', 'C']) {
      await t.call('POST', '/v1/campaigns', { name, voucher: { gift: { amount: 1 } } }, { keys })
      t.clock.advance(1_000)
    }
    await t.call('POST', '/v1/campaigns', { name: 'D', campaign_type: 'PROMOTION' }, { keys })
    const list = async (query: string) =>
      (await t.call('GET', `/v1/campaigns?${query}`, undefined, { keys })).body
    const names = ({ campaigns }: { campaigns: { name: string }[] }) =>
      campaigns.map(({ name }) => name).join('')
    expect(names(await list(''))).toBe('DCBA')
    expect(names(await list('order=created_at&limit=2'))).toBe('AB')
    expect(await list('campaign_type=PROMOTION')).toMatchObject({ total: 1 })
    expect(await list('is_referral_code=true')).toMatchObject({ total: 0 })
    expect(await list('is_referral_code=false')).toMatchObject({ total: 4 })
    expect(names(await list('filters[campaigns][conditions][$in][0]=B'))).toBe('B')
    expect(names(await list('filters[active][conditions][$disabled]=true'))).toBe('')
    await t.call('POST', '/v1/campaigns/A/disable', undefined, { keys })
    expect(names(await list('filters[active][conditions][$disabled]=true'))).toBe('A')
  })
})
