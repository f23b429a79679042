import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../../../src/platform/limits.ts'
import { useHooks } from '../webhooks/support.ts'

const t = useHooks()

const make = async (path: string, body: object, keys = t.keys) => {
  const answer = await t.manage('POST', `/api/v1/${path}`, body, keys)
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
  return answer.body
}
let names = 0
const aConsent = (more: object = {}, keys = t.keys) => {
  names += 1
  return make('consents', { name: `Consent ${names}`, category: 'MARKETING', ...more }, keys)
}
const saidBy = async (customer: string): Promise<Record<string, boolean | null>> => {
  const { body } = await t.manage('GET', `/api/v1/customers/${customer}/consents`)
  return Object.fromEntries(
    body.data.map(({ consent_id, given }: { consent_id: string; given: boolean | null }) => [
      consent_id,
      given,
    ]),
  )
}
const say = (customer: string, body: object) =>
  t.call('PUT', `/v1/customers/${customer}/consents`, body)

describe('GET /v1/consents', () => {
  it('lists what the project defined, and its groups', async () => {
    const keys = await t.addProject()
    const group = await make('consent-groups', { name: 'News' }, keys)
    const one = await aConsent({ description: 'By e-mail', group_id: group.id }, keys)
    const other = await aConsent({}, keys)
    const { body } = await t.call('GET', '/v1/consents', undefined, { keys })
    expect(body).toEqual({
      groups: {
        object: 'list',
        data_ref: 'data',
        total: 1,
        data: [
          {
            id: group.id,
            name: 'News',
            description: '',
            consents: [one.id],
            created_at: group.created_at,
            object: 'consent_group',
          },
        ],
      },
      consents: {
        object: 'list',
        data_ref: 'data',
        total: 2,
        data: [one, other].map(({ group_id: _, ...consent }) => consent),
      },
    })
    expect((await t.call('GET', '/v1/consents')).body.consents.total).toBe(0)
  })
})

describe('PUT /v1/customers/{id}/consents', () => {
  it('records what a customer says, by id or source_id; what is not named stays', async () => {
    const [a, b, c] = [await aConsent(), await aConsent(), await aConsent()]
    const { id } = (await t.call('POST', '/v1/customers', { source_id: 'says' })).body
    expect(await say('says', { [a.id]: true, [b.id]: false })).toMatchObject({ status: 204 })
    expect(await saidBy('says')).toMatchObject({ [a.id]: true, [b.id]: false, [c.id]: null })
    expect((await say(id, { [b.id]: true })).status).toBe(204)
    expect(await saidBy(id)).toMatchObject({ [a.id]: true, [b.id]: true, [c.id]: null })
  })

  it('takes back all of them for who is unsubscribed', async () => {
    const [a, b] = [await aConsent(), await aConsent()]
    await t.call('POST', '/v1/customers', { source_id: 'leaves' })
    await say('leaves', { [a.id]: true, [b.id]: true })
    await say('leaves', { unsubscribed: true, [b.id]: true })
    expect(await saidBy('leaves')).toMatchObject({ [a.id]: false, [b.id]: true })
  })

  it('keeps the last word of many who speak at once, of each consent one', async () => {
    const consent = await aConsent()
    await t.call('POST', '/v1/customers', { source_id: 'many' })
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => say('many', { [consent.id]: index % 2 === 0 })),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(204))
    const { rows } = await t.db.pool.query('select 1 from customer_consent where consent_id = $1', [
      consent.id,
    ])
    expect(rows).toHaveLength(1)
  })

  it('announces nothing: nobody confirms (A-10)', async () => {
    const consent = await aConsent()
    await t.call('POST', '/v1/customers', { source_id: 'confirms' })
    await say('confirms', { [consent.id]: true })
    const { body } = await t.call('GET', '/v1/customers/confirms/activity')
    expect(body.data.map(({ type }: { type: string }) => type)).toEqual(['customer.created'])
  })

  it('refuses what it does not understand, and names it', async () => {
    const consent = await aConsent()
    await t.call('POST', '/v1/customers', { source_id: 'refused' })
    const cases: [string, object, number, string][] = [
      ['refused', { [consent.id]: 'yes' }, 400, consent.id],
      ['refused', {}, 400, 'a consent'],
      ['refused', [], 400, 'object'],
      ['refused', { cnst_unknown: true }, 404, 'cnst_unknown'],
      ['nobody', { [consent.id]: true }, 404, 'nobody'],
    ]
    for (const [customer, body, status, details] of cases) {
      const answer = await say(customer, body)
      expect(answer, JSON.stringify(body)).toMatchObject({
        status,
        body: { details: expect.stringContaining(details) },
      })
    }
    const keys = await t.addProject()
    const foreign = await aConsent({}, keys)
    expect((await say('refused', { [foreign.id]: true })).status).toBe(404)
  })

  it('goes with the customer', async () => {
    const { id } = (await t.call('POST', '/v1/customers', { source_id: 'leaver' })).body
    const consent = await aConsent()
    await say('leaver', { [consent.id]: true })
    await t.call('DELETE', '/v1/customers/leaver')
    const { rows } = await t.db.pool.query('select from customer_consent where customer_id = $1', [
      id,
    ])
    expect(rows).toEqual([])
  })

  it('is forgotten with who is erased', async () => {
    const consent = await aConsent()
    const { id } = (await t.call('POST', '/v1/customers', { source_id: 'erased' })).body
    await say('erased', { [consent.id]: true })
    await t.call('POST', '/v1/customers/erased/permanent-deletion')
    const { rows } = await t.db.pool.query(
      'select 1 from customer_consent where customer_id = $1',
      [id],
    )
    expect(rows).toEqual([])
  })
})

describe('/api/v1/consents', () => {
  it('changes and deletes consents and groups', async () => {
    const group = await make('consent-groups', { name: 'Before' })
    const consent = await aConsent({ group_id: group.id })
    const changed = await t.manage('PATCH', `/api/v1/consents/${consent.id}`, {
      category: 'UTILITY',
    })
    expect(changed.body).toMatchObject({
      name: consent.name,
      category: 'UTILITY',
      group_id: group.id,
    })
    const renamed = await t.manage('PATCH', `/api/v1/consent-groups/${group.id}`, { name: 'After' })
    expect(renamed.body).toMatchObject({ name: 'After', consents: [consent.id] })
    expect((await t.manage('DELETE', `/api/v1/consent-groups/${group.id}`)).status).toBe(204)
    const { consents } = (await t.manage('GET', '/api/v1/consents')).body
    expect(consents.find(({ id }: { id: string }) => id === consent.id).group_id).toBeNull()
    expect((await t.manage('DELETE', `/api/v1/consents/${consent.id}`)).status).toBe(204)
    expect((await t.manage('DELETE', `/api/v1/consents/${consent.id}`)).status).toBe(404)
  })

  it('refuses a second of the same name, an unknown group, and another project', async () => {
    const consent = await aConsent()
    const twin = { name: consent.name, category: 'x' }
    expect(await t.manage('POST', '/api/v1/consents', twin)).toMatchObject({
      status: 409,
      body: { key: 'duplicate_found' },
    })
    expect(
      await t.manage('POST', '/api/v1/consents', { ...twin, name: 'N', group_id: 'cnstg_no' }),
    ).toMatchObject({
      status: 404,
      body: { resource_type: 'consent_group' },
    })
    const keys = await t.addProject()
    const url = `/api/v1/consents/${consent.id}`
    expect((await t.manage('PATCH', url, {}, keys)).status).toBe(404)
    expect((await t.manage('DELETE', url, undefined, keys)).status).toBe(404)
  })

  it('makes no more than a project may have, whoever asks at once', async () => {
    const keys = await t.addProject()
    const before = LIMITS.consentsPerProjectMax - 3
    await t.db.pool.query(
      `insert into consent (id, project_id, name, category, created_at)
       select 'cnst_' || $1 || n, $1, 'C ' || n, 'x', now() from generate_series(1, $2::int) n`,
      [keys.projectId, before],
    )
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        t.manage('POST', '/api/v1/consents', { name: `New ${index}`, category: 'x' }, keys),
      ),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3)
    expect(answers.find(({ status }) => status === 400)?.body.key).toBe('consent_limit_reached')
  })
})
