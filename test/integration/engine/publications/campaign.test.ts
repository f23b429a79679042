import { describe, expect, it } from 'vitest'
import { inTransaction } from '../../../../src/platform/db.ts'
import { runAsyncActions } from '../../../support/async-actions.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { announced, unique } from './support.ts'

const t = useTestApp()
const AMOUNT = { type: 'DISCOUNT_VOUCHER', discount: { type: 'AMOUNT', amount_off: 100 } }

/** Creates a campaign with its codes, and returns its name. */
async function createCampaign(fields: object = {}): Promise<string> {
  const name = unique('campaign')
  const created = await t.call('POST', '/v1/campaigns', { name, voucher: AMOUNT, ...fields })
  if (created.status !== 200) throw new Error(JSON.stringify(created.body))
  await runAsyncActions(t)
  return name
}
const publish = (campaign: unknown, customer: string, query = '', fields: object = {}) =>
  t.call('POST', `/v1/publications${query}`, {
    campaign,
    customer: { source_id: customer },
    ...fields,
  })
const countOf = async (campaign: string): Promise<number> =>
  (await t.call('GET', `/v1/campaigns/${campaign}`)).body.vouchers_count

describe('a publication out of a campaign', () => {
  it('takes a free code, and makes one when there is none (P-3, recorded facts)', async () => {
    const name = await createCampaign({ vouchers_count: 1 })
    const first = await publish({ name }, 'ada')
    expect(first).toMatchObject({
      status: 200,
      body: {
        result: 'SUCCESS',
        voucher: { campaign: name, publish: { count: 1 }, holder_id: first.body.customer_id },
        vouchers_id: [first.body.voucher.id],
      },
    })
    expect(await countOf(name)).toBe(1)
    const second = await publish(name, 'bob')
    expect(second.body.voucher.id).not.toBe(first.body.voucher.id)
    expect(await countOf(name)).toBe(2)
    const events = await announced(t, 'bob')
    expect(events.at(-1)).toMatchObject({
      type: 'customer.publication.succeeded',
      data: { campaign: { name, campaign_type: 'DISCOUNT_COUPONS' }, voucher: { campaign: name } },
    })
  })

  it('fails when a pool that does not grow is empty, on record (R-CAM-07, P-14, programs scenario 74)', async () => {
    const name = await createCampaign({ type: 'STATIC', vouchers_count: 1 })
    await publish(name, 'ada')
    t.clock.advance(1_000)
    const { status, body } = await publish(name, 'bob')
    expect(status).toBe(400)
    expect(body).toMatchObject({
      key: 'no_voucher_suitable_for_publication',
      details: "Couldn't create new vouchers for publication",
    })
    const list = await t.call('GET', `/v1/publications?campaign=${name}`)
    expect(list.body).toMatchObject({ total: 2, publications: [{ result: 'FAILURE' }, {}] })
  })

  it('makes a code where a rival only holds the free one (P-3)', async () => {
    const name = await createCampaign({ vouchers_count: 1 })
    await inTransaction(t.db, async (rival) => {
      await rival.kysely
        .selectFrom('voucher')
        .select('id')
        .where('publish_count', '=', 0)
        .forUpdate()
        .execute()
      expect((await publish(name, 'ada')).status).toBe(200)
    })
    expect(await countOf(name)).toBe(2)
  })

  it('gives several codes at once, by their codes (P-7, programs scenario 72)', async () => {
    const name = await createCampaign({ vouchers_count: 2 })
    const { body } = await publish({ name, count: 3 }, 'ada')
    expect(body).not.toHaveProperty('voucher')
    expect(new Set(body.vouchers).size).toBe(3)
    expect(body.vouchers_id).toHaveLength(3)
    const found = await t.call('GET', `/v1/publications?voucher=${body.vouchers[2]}`)
    expect(found.body.publications[0]).toMatchObject({ id: body.id, vouchers: body.vouchers })
    const limited = await publish({ name, count: 2 }, 'ada', '', { source_id: unique('s') })
    expect(limited).toMatchObject({
      status: 400,
      body: { key: 'too_many_vouchers_requested', details: 'Only up to 1 can be published' },
    })
  })

  it('gives rivals different codes, each once (invariant 1)', async () => {
    const name = await createCampaign({ type: 'STATIC', vouchers_count: 10 })
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, index) => publish(name, `rival-${index}`)),
    )
    const codes = answers
      .filter(({ status }) => status === 200)
      .map(({ body }) => body.voucher.code)
    expect(new Set(codes).size).toBe(codes.length)
    const again = await publish(name, 'rival-last')
    expect(codes.length + (again.status === 200 ? 1 : 0)).toBeLessThanOrEqual(10)
  })

  it('gives a customer one code where the campaign says so, whoever asks at once (P-5)', async () => {
    const name = await createCampaign({ join_once: true })
    const answers = await Promise.all(Array.from({ length: 6 }, () => publish(name, 'once')))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.find(({ status }) => status === 400)?.body.key).toBe(
      'voucher_cannot_be_published',
    )
    const code = answers.find(({ status }) => status === 200)?.body.voucher.code
    const same = await publish(name, 'once', '?join_once=true')
    expect(same).toMatchObject({ status: 200, body: { voucher: { code } } })
    expect(await countOf(name)).toBe(1)
  })

  it('gives everybody the code of a campaign of one', async () => {
    const name = await createCampaign({ type: 'STANDALONE', vouchers_count: 1 })
    const [a, b] = [await publish(name, 'ada'), await publish(name, 'bob')]
    expect(a.body.voucher.code).toBe(b.body.voucher.code)
    expect(b.body.voucher.publish.count).toBe(2)
  })

  it('starts the time for which a code is valid (R-VALID-05, P-12)', async () => {
    const name = await createCampaign({ activity_duration_after_publishing: 'P2D' })
    const { body } = await publish(name, 'ada')
    const twoDaysOn = new Date(t.clock.now().getTime() + 2 * 86_400_000)
    expect(body.voucher.expiration_date).toBe(twoDaysOn.toISOString())
  })

  it('gives a named code of a pool once (P-4)', async () => {
    const name = await createCampaign({ vouchers_count: 1 })
    const { body } = await publish(name, 'ada')
    const again = await t.call('POST', '/v1/publications', {
      voucher: body.voucher.code,
      customer: { source_id: 'bob' },
    })
    expect(again).toMatchObject({ status: 400, body: { key: 'voucher_already_published' } })
  })

  it('needs a campaign that is there, and works while it is switched off (R-CAM-05)', async () => {
    expect(await publish('nobody', 'ada')).toMatchObject({
      status: 404,
      body: { resource_type: 'campaign' },
    })
    const name = await createCampaign()
    await t.call('POST', `/v1/campaigns/${name}/disable`)
    expect((await publish(name, 'ada')).status).toBe(200)
  })
})
