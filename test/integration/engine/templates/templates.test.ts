import { describe, expect, it } from 'vitest'
import { ofProject, PROJECTS, useManagement } from '../../../support/projects.ts'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()
const management = useManagement(t)
const PATH = '/v1/templates/campaigns'

let named = 0
const unique = (name: string) => `${name} ${++named}`

async function ask(method: 'GET' | 'POST' | 'PUT', url: string, body?: unknown, keys = t.keys) {
  const answer = await t.call(method, url, body, { keys })
  expect(answer, `${method} ${url}`).toMatchObject({ status: 200 })
  return answer.body
}

const RULES = {
  1: { name: 'order.amount', conditions: { $more_than: [5_000] } },
  logic: '1',
}
const aRule = async (): Promise<string> =>
  (await ask('POST', '/v1/validation-rules', { name: unique('over 50'), rules: RULES })).id

const COUPONS = {
  campaign_type: 'DISCOUNT_COUPONS',
  type: 'AUTO_UPDATE',
  join_once: true,
  description: 'Every October',
  start_date: '2026-01-01T00:00:00.000Z',
  expiration_date: '2030-01-01T00:00:00.000Z',
  validity_day_of_week: [1, 2, 3, 4, 5],
  metadata: { season: 'autumn' },
  vouchers_count: 0,
  voucher: {
    type: 'DISCOUNT_VOUCHER',
    discount: { type: 'PERCENT', percent_off: 10, amount_limit: 2_000 },
    redemption: { quantity: 3 },
    code_config: { pattern: 'H-####', charset: 'AB' },
  },
}
const aCampaign = async (body: object = {}) =>
  ask('POST', '/v1/campaigns', { name: unique('campaign'), ...COUPONS, ...body })

async function aTemplate(body: object = {}) {
  const campaign = await aCampaign(body)
  const made = await ask('POST', PATH, { name: unique('template'), campaign_id: campaign.id })
  return { campaign, template: made }
}

const idOf = ({ id }: { id: string }) => id

describe('/v1/templates/campaigns', () => {
  it('makes a template of a campaign, shows, renames and deletes it', async () => {
    const campaign = await aCampaign()
    const wish = { name: unique('Halloween'), description: 'Reuse', campaign_id: campaign.name }
    const template = await ask('POST', PATH, wish)
    expect(template).toEqual({
      id: expect.stringMatching(/^camp_tpl_/),
      name: wish.name,
      description: 'Reuse',
      campaign_type: 'DISCOUNT_COUPONS',
      created_at: t.clock.now().toISOString(),
      object: 'campaign_template',
    })
    const one = `${PATH}/${template.id}`
    expect(await ask('GET', one)).toEqual(template)
    const { json_template, ...shown } = await ask('GET', `${one}?expand=json_template`)
    expect(shown).toEqual(template)
    expect(json_template).toMatchObject({ voucher: COUPONS.voucher, metadata: COUPONS.metadata })
    for (const left of ['name', 'id', 'category_id', 'vouchers_count'])
      expect(json_template).not.toHaveProperty(left)

    const changed = await ask('PUT', one, { description: null })
    const { description, ...without } = template
    expect(changed).toEqual({ ...without, updated_at: t.clock.now().toISOString() })
    expect((await t.call('DELETE', one)).status).toBe(204)
    expect((await t.call('GET', one)).status).toBe(404)
    expect((await t.call('DELETE', one)).status).toBe(404)
  })

  it.each([
    [{}, 400, 'invalid_payload', "Payload should have required property 'name'"],
    [
      { name: 'x' },
      400,
      'invalid_payload',
      "either property 'campaign_id' or property 'promotion_tier_id'",
    ],
    [{ name: 'x', campaign_id: 'a', promotion_tier_id: 'b' }, 400, 'invalid_payload', 'either'],
    [
      { name: 'x', campaign_id: 'camp_none' },
      404,
      'not_found',
      'Cannot find campaign with id camp_none',
    ],
    [
      { name: 'x', promotion_tier_id: 'promo_none' },
      404,
      'not_found',
      'Cannot find promotion_tier with id promo_none',
    ],
  ])('refuses %j', async (body, status, key, details) => {
    const refused = await t.call('POST', PATH, body)
    expect(refused).toMatchObject({ status, body: { key } })
    expect(refused.body.details).toContain(details)
  })

  it('makes none of a loyalty program', async () => {
    const campaign = await aCampaign({
      campaign_type: 'LOYALTY_PROGRAM',
      voucher: { type: 'LOYALTY_CARD', loyalty_card: { points: 1 } },
    })
    const refused = await t.call('POST', PATH, { name: 'x', campaign_id: campaign.id })
    expect(refused).toMatchObject({ status: 400, body: { key: 'invalid_campaign' } })
  })

  it('has each name once in a project, whoever takes it at once', async () => {
    const made = await Promise.all(Array.from({ length: 6 }, () => aTemplate()))
    const name = unique('wanted')
    const answers = await Promise.all(
      made.flatMap(({ template, campaign }) => [
        t.call('PUT', `${PATH}/${template.id}`, { name }),
        t.call('POST', PATH, { name, campaign_id: campaign.id }),
      ]),
    )
    const refused = answers.filter(({ status }) => status !== 200)
    for (const answer of refused) {
      expect(answer).toMatchObject({
        status: 409,
        body: { key: 'duplicate_found', resource_type: 'campaign_template' },
      })
    }
    const list = await ask('GET', `${PATH}?filters[name][conditions][$is][0]=${name}`)
    expect(list.campaign_templates).toHaveLength(1)
  })

  it('lists them in pages, with filters', async () => {
    const { keys } = await management.makeProject()
    const campaign = await ask('POST', '/v1/campaigns', { name: 'c', ...COUPONS }, keys)
    const gift = { ...COUPONS, campaign_type: 'GIFT_VOUCHERS' }
    const voucher = { type: 'GIFT_VOUCHER', gift: { amount: 100 } }
    const cards = await ask('POST', '/v1/campaigns', { name: 'g', ...gift, voucher }, keys)
    const made = []
    for (const campaign_id of [campaign.id, cards.id, campaign.id])
      made.push(await ask('POST', PATH, { name: unique('t'), campaign_id }, keys))
    const [first, second, third] = made
    const list = (query: string) => ask('GET', `${PATH}?${query}`, undefined, keys)
    const page = await list('limit=2&order=id&include_total=true')
    expect(page).toEqual({
      object: 'list',
      data_ref: 'campaign_templates',
      campaign_templates: [first, second],
      total: 3,
      has_more: true,
      more_starting_after: second.id,
    })
    const rest = await list(`limit=2&order=id&starting_after_id=${page.more_starting_after}`)
    expect(rest).toMatchObject({ campaign_templates: [third], has_more: false })
    expect(rest).not.toHaveProperty('total')
    expect((await list('')).campaign_templates.map(idOf)).toEqual([third, second, first].map(idOf))
    const gifts = await list('filters[campaign_type][conditions][$is][0]=GIFT_VOUCHERS')
    expect(gifts.campaign_templates).toEqual([second])
    expect((await t.call('GET', `${PATH}?starting_after_id=x`)).body.key).toBe(
      'invalid_or_expired_cursor',
    )
  })
})

describe('a template is used', () => {
  it('as a campaign like the one it was made of, with a rule of its own', async () => {
    const { campaign, template } = await aTemplate({ validation_rules: [await aRule()] })
    const answer = await ask('POST', `${PATH}/${template.id}/campaign-setup`, {
      name: unique('new'),
    })
    const made = answer.campaign
    expect(answer).toEqual({
      object: 'campaign_setup',
      created_resources: [{ id: expect.stringMatching(/^val_/), object: 'validation_rules' }],
      campaign: made,
    })
    const [assignment] = made.validation_rules_assignments.data
    expect(assignment.rule_id).toBe(answer.created_resources[0].id)
    expect(assignment.rule_id).not.toBe(campaign.validation_rules_assignments.data[0].rule_id)
    const rule = await ask('GET', `/v1/validation-rules/${assignment.rule_id}`)
    expect(rule.rules).toMatchObject(RULES)
    const { id, name, created_at, validation_rules_assignments } = made
    const own = { id, name, created_at, validation_rules_assignments }
    expect(made).toEqual({ ...campaign, ...own })

    // The rule holds for the codes of the new campaign.
    const { code } = await ask('POST', `/v1/campaigns/${made.id}/vouchers`, {})
    const validate = (amount: number) =>
      ask('POST', '/v1/validations', {
        redeemables: [{ object: 'voucher', id: code }],
        order: { amount },
      })
    expect((await validate(4_000)).valid).toBe(false)
    expect((await validate(6_000)).valid).toBe(true)
  })

  it('as gift cards like those it was made of', async () => {
    const { campaign, template } = await aTemplate({
      campaign_type: 'GIFT_VOUCHERS',
      voucher: { type: 'GIFT_VOUCHER', gift: { amount: 5_000, effect: 'APPLY_TO_ITEMS' } },
      activity_duration_after_publishing: 'P30D',
    })
    expect(template.campaign_type).toBe('GIFT_VOUCHERS')
    const answer = await ask('POST', `${PATH}/${template.id}/campaign-setup`, {
      name: unique('cards'),
      vouchers_count: 1,
    })
    expect(answer.created_resources).toEqual([])
    for (const field of ['campaign_type', 'voucher', 'activity_duration_after_publishing'])
      expect(answer.campaign[field], field).toEqual(campaign[field])
    const list = await ask(
      'GET',
      `/v1/vouchers?campaign=${encodeURIComponent(answer.campaign.name)}`,
    )
    expect(list.vouchers).toMatchObject([{ gift: { amount: 5_000, balance: 5_000 } }])
  })

  it('with what is given in the place of what it says, and nothing that it alone decides', async () => {
    const { template } = await aTemplate()
    const { campaign } = await ask('POST', `${PATH}/${template.id}/campaign-setup`, {
      name: unique('own'),
      description: 'Mine',
      vouchers_count: 1,
      metadata: { season: 'winter' },
      campaign_type: 'GIFT_VOUCHERS',
      voucher: {
        redemption: { quantity: 1 },
        code_config: { pattern: 'W-##', charset: 'Z' },
        discount: { type: 'AMOUNT', amount_off: 9_999 },
      },
    })
    expect(campaign).toMatchObject({
      campaign_type: 'DISCOUNT_COUPONS',
      description: 'Mine',
      metadata: { season: 'winter' },
      voucher: {
        discount: { type: 'PERCENT', percent_off: 10 },
        redemption: { quantity: 1 },
        code_config: { pattern: 'W-##', charset: 'Z' },
      },
    })
    expect((await t.call('GET', '/v1/vouchers/W-ZZ')).body.campaign_id).toBe(campaign.id)
  })

  it('as a promotion tier, which can become a template itself', async () => {
    const promotion = await ask('POST', '/v1/campaigns', {
      name: unique('promotion'),
      campaign_type: 'PROMOTION',
      promotion: {
        tiers: [
          {
            name: 'first',
            action: { discount: { type: 'AMOUNT', amount_off: 700 } },
            metadata: { place: 'top' },
            validation_rules: [await aRule()],
          },
        ],
      },
    })
    const [tier] = promotion.promotion.tiers
    const template = await ask('POST', PATH, { name: unique('tier'), promotion_tier_id: tier.id })
    expect(template.campaign_type).toBe('DISCOUNT_COUPONS')
    const answer = await ask('POST', `${PATH}/${template.id}/tier-setup`, {
      name: 'second',
      campaign_id: promotion.id,
      banner: 'Take it',
    })
    expect(answer).toMatchObject({
      object: 'promotion_tier_setup',
      created_resources: [{ object: 'validation_rules' }],
      promotion_tier: {
        name: 'second',
        banner: 'Take it',
        hierarchy: 2,
        campaign_id: promotion.id,
        action: { discount: { type: 'AMOUNT', amount_off: 700 } },
        metadata: { place: 'top' },
      },
    })
    const [assignment] = answer.promotion_tier.validation_rule_assignments.data
    expect(assignment.rule_id).toBe(answer.created_resources[0].id)
    const { campaign } = await ask('POST', `${PATH}/${template.id}/campaign-setup`, {
      name: unique('coupons'),
    })
    expect(campaign.voucher).toMatchObject({ discount: { type: 'AMOUNT', amount_off: 700 } })
  })

  it('not as a tier of gift cards, nor in a campaign that is no promotion, and leaves no rule behind', async () => {
    const rules = async () => (await ask('GET', '/v1/validation-rules')).total
    const { template: coupons } = await aTemplate({ validation_rules: [await aRule()] })
    const { template: cards } = await aTemplate({
      campaign_type: 'GIFT_VOUCHERS',
      voucher: { type: 'GIFT_VOUCHER', gift: { amount: 100 } },
    })
    const other = await aCampaign()
    const before = await rules()
    for (const template of [coupons, cards]) {
      const body = { name: 'x', campaign_id: other.id }
      const refused = await t.call('POST', `${PATH}/${template.id}/tier-setup`, body)
      expect(refused).toMatchObject({ status: 400, body: { key: 'invalid_campaign' } })
    }
    const taken = { name: other.name }
    const refused = await t.call('POST', `${PATH}/${coupons.id}/campaign-setup`, taken)
    expect(refused).toMatchObject({ status: 409, body: { key: 'duplicate_found' } })
    expect(await rules()).toBe(before)
  })
})

describe('/management/v1/projects/{projectId}/templates/campaigns', () => {
  it('copies a template to another project, where it makes campaigns with rules of that project', async () => {
    const { template } = await aTemplate({ validation_rules: [await aRule()] })
    const { keys } = await management.makeProject()
    const url = `${PROJECTS}/${t.keys.projectId}/templates/campaigns`
    const listed = (await management.call('GET', `${url}?limit=1`)).body
    expect(listed.campaign_templates).toEqual([template])
    const copy = `${url}/${template.id}/copy`
    const wish = { name: 'Copied', destination_project_id: keys.projectId }
    const copied = await management.call('POST', copy, wish)
    expect(copied).toMatchObject({
      status: 200,
      body: { name: 'Copied', campaign_type: 'DISCOUNT_COUPONS' },
    })
    expect(copied.body.id).not.toBe(template.id)
    expect(await management.call('POST', copy, wish)).toMatchObject({
      status: 409,
      body: { key: 'duplicate_found' },
    })
    const answer = await ask(
      'POST',
      `${PATH}/${copied.body.id}/campaign-setup`,
      { name: 'There' },
      keys,
    )
    const [rule] = answer.created_resources
    expect(
      (await ask('GET', `/v1/validation-rules/${rule.id}`, undefined, keys)).rules,
    ).toMatchObject(RULES)
    expect((await t.call('GET', `/v1/validation-rules/${rule.id}`)).status).toBe(404)
  })

  it('copies to no project that the caller does not know', async () => {
    const { template } = await aTemplate()
    const { keys } = await management.makeProject()
    const copy = `${PROJECTS}/${t.keys.projectId}/templates/campaigns/${template.id}/copy`
    const to = (destination_project_id: string) => ({ name: 'x', destination_project_id })
    const notFound = { status: 404, body: { key: 'not_found', resource_type: 'project' } }
    expect(await management.call('POST', copy, to('proj_none'))).toMatchObject(notFound)
    const as = ofProject(t.keys)
    expect(await management.call('POST', copy, to(keys.projectId), as)).toMatchObject(notFound)
    expect((await management.call('POST', copy, to(t.keys.projectId), as)).status).toBe(200)
    const none = copy.replace(template.id, 'camp_tpl_none')
    expect(await management.call('POST', none, to(keys.projectId))).toMatchObject({
      status: 404,
      body: { resource_type: 'campaign_template' },
    })
  })
})
