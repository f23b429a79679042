import { describe, expect, it } from 'vitest'
import { runNextExport } from '../../../../src/engine/exports/index.ts'
import { runNight } from '../../../support/nightly.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { addPoints, createProgram, join } from './support.ts'

const t = useTestApp()

/** What an export holds, as rows of JSON. */
async function fileOf(created: { status: number; body: { id: string } }) {
  expect(created.status).toBe(200)
  while (await runNextExport(t.app.engine));
  const { body } = await t.call('GET', `/v1/exports/${created.body.id}`)
  expect(body).toMatchObject({ status: 'DONE' })
  const url = new URL(body.result.url)
  const response = await t.app.http.inject({
    url: url.pathname + url.search,
    headers: { 'x-app-id': t.keys.appId, 'x-app-token': t.keys.appToken },
  })
  expect(response.statusCode).toBe(200)
  const [head = '', ...lines] = response.payload.trim().split('\r\n')
  return { head, lines }
}

describe('the ledger of a program', () => {
  it('lists what moved points of its cards, by card and for all of them (§7.3)', async () => {
    const program = await createProgram(t)
    const [first, second] = [await join(t, program), await join(t, program)]
    await addPoints(t, first, 10)
    await addPoints(t, second, 20)
    await addPoints(t, first, -4)
    const pointsIn = async (path: string) => {
      const { body } = await t.call('GET', `/v1/loyalties/${path}`)
      return body.data.map(
        (one: { details: { balance: { points: number } } }) => one.details.balance.points,
      )
    }
    expect(await pointsIn(`${program}/transactions`)).toEqual([-4, 20, 10])
    expect(await pointsIn(`${program}/members/${first}/transactions?order=id`)).toEqual([10, -4])
    expect(await pointsIn(`members/${second}/transactions`)).toEqual([20])
    const { body: page } = await t.call('GET', `/v1/loyalties/${program}/transactions?limit=2`)
    expect(page).toMatchObject({ has_more: true, more_starting_after: page.data[1].id })
    const after = `${program}/transactions?limit=2&starting_after_id=${page.more_starting_after}`
    expect(await pointsIn(after)).toEqual([10])
  })

  it('is exported, by card and for all of them', async () => {
    const program = await createProgram(t)
    const [first, second] = [await join(t, program), await join(t, program)]
    await addPoints(t, first, 10)
    await addPoints(t, second, 20)
    const parameters = { fields: ['type', 'amount', 'balance'] }
    const exported = async (path: string) =>
      fileOf(await t.call('POST', `/v1/loyalties/${path}/transactions/export`, { parameters }))
    expect((await exported(program)).lines).toHaveLength(2)
    expect((await exported(`members/${first}`)).lines).toEqual(['POINTS_ADDITION,10,10'])
    expect((await exported(`${program}/members/${second}`)).lines).toEqual([
      'POINTS_ADDITION,20,20',
    ])
  })

  it('has an export of its lots, those that expired too (L-67)', async () => {
    const program = await createProgram(t)
    const other = await createProgram(t)
    const code = await join(t, program)
    await addPoints(t, await join(t, other), 1)
    const until = { expiration_type: 'CUSTOM_DATE', expiration_date: '2026-06-05' }
    await addPoints(t, code, 10, until)
    await addPoints(t, code, 20)
    t.clock.set('2026-06-06T00:00:00Z')
    await runNight(t)
    const { head, lines } = await fileOf(
      await t.call('POST', `/v1/loyalties/${program}/points-expiration/export`, {}),
    )
    expect(head).toBe('id,campaign_id,voucher_id,status,expires_at,points')
    expect(lines.map((line) => line.split(',').slice(3)).sort()).toEqual([
      ['ACTIVE', '', '20'],
      ['EXPIRED', '2026-06-05', '10'],
    ])
  })
})
