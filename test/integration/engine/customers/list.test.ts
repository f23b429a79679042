import { beforeAll, describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()
const NUMBERS = Array.from({ length: 12 }, (_each, index) => index + 1)
const nameOf = (n: number): string => `c${String(n).padStart(2, '0')}`

/** The `source_id`s of a list, after a query of it. */
async function found(query: string): Promise<string[]> {
  const { status, body } = await t.call('GET', `/v1/customers?${query}`)
  expect(status).toBe(200)
  return body.customers.map((customer: { source_id: string }) => customer.source_id)
}

// Twelve customers, a minute apart: c01 of 12:00 to c12 of 12:11. c05 was changed last.
beforeAll(async () => {
  for (const n of NUMBERS) {
    await t.call('POST', '/v1/customers', {
      source_id: nameOf(n),
      name: n % 2 === 0 ? 'Even' : 'Odd',
      email: `c${n}@x.io`,
      birthdate: `1990-${String(n).padStart(2, '0')}-15`,
      ...(n <= 3 && { address: { city: 'Oslo', country: 'NO' } }),
      metadata: { n: `number ${n}` },
    })
    t.clock.advance(60_000)
  }
  await t.call('PUT', '/v1/customers/c05', { phone: '+1' })
  const keys = await t.addProject()
  await t.call('POST', '/v1/customers', { source_id: 'theirs', name: 'Odd' }, { keys })
})

describe('GET /v1/customers', () => {
  it('shows the newest 10 of all, in full (R-LIST-01, R-LIST-08)', async () => {
    const { body } = await t.call('GET', '/v1/customers')
    expect(body).toMatchObject({
      object: 'list',
      data_ref: 'customers',
      total: 12,
      has_more: true,
    })
    expect(body.customers).toHaveLength(10)
    expect(body.customers[0]).toEqual((await t.call('GET', '/v1/customers/c12')).body)
  })

  it('finds by e-mail address, and tells how many there are (programs scenario 9)', async () => {
    const { status, body } = await t.call('GET', '/v1/customers?email=c7@x.io&limit=1')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      data_ref: 'customers',
      customers: [{ source_id: 'c07', email: 'c7@x.io' }],
      total: 1,
      has_more: false,
    })
  })

  it('pages without gaps or repeats, and knows the last page', async () => {
    const pages = await Promise.all(
      [1, 2, 3, 4].map((page) => t.call('GET', `/v1/customers?limit=4&page=${page}`)),
    )
    expect(pages.map(({ body }) => body.customers.length)).toEqual([4, 4, 4, 0])
    expect(pages.map(({ body }) => body.has_more)).toEqual([true, true, false, false])
    const ids = pages.flatMap(({ body }) => body.customers.map((each: { id: string }) => each.id))
    expect(new Set(ids).size).toBe(12)
  })

  it.each([
    ['order=created_at', ['c01', 'c02', 'c03']],
    ['order=-created_at', ['c12', 'c11', 'c10']],
    ['order=source_id', ['c01', 'c02', 'c03']],
    ['order=-source_id', ['c12', 'c11', 'c10']],
    ['order=-updated_at', ['c05', 'c12', 'c11']],
  ])('sorts by %s (R-LIST-03)', async (query, first) => {
    expect(await found(`limit=3&${query}`)).toEqual(first)
  })

  it.each([
    ['email=c7@x.io', ['c07']],
    ['city=Oslo', ['c03', 'c02', 'c01']],
    ['name=Odd&created_at[before]=2026-06-01T12:04:00Z', ['c03', 'c01']],
    ['created_at[after]=2026-06-01T12:10:00Z', ['c12']],
    ['updated_at[after]=2026-06-01', ['c05']],
    ['segment_id=seg_unknown', []],
    ['name=Odd&city=Rome', []],
    ['starting_after=2026-06-01T12:02:00Z', ['c02', 'c01']],
    ['order=created_at&starting_after=2026-06-01T12:09:00Z', ['c11', 'c12']],
    [
      'filters[email][conditions][$is][0]=c1@x.io&filters[email][conditions][$is][1]=c2@x.io',
      ['c02', 'c01'],
    ],
    ['filters[source_id][conditions][$starts_with]=c1', ['c12', 'c11', 'c10']],
    ['filters[address.city][conditions][$is]=Oslo', ['c03', 'c02', 'c01']],
    ['filters[metadata.n][conditions][$ends_with]=r 8', ['c08']],
    ['filters[birthdate][conditions][$after]=1990-11-15', ['c12']],
    [
      'filters[junction]=OR&filters[phone][conditions][$has_value]=true&filters[name][conditions][$is]=Nobody',
      ['c05'],
    ],
    ['filters[phone][conditions][$has_value]=true&filters[name][conditions][$is]=Nobody', []],
    [
      'filters[junction]=or&filters[source_id][conditions][$starts_with]=c1&filters[source_id][conditions][$ends_with]=2',
      ['c12'],
    ],
  ])('narrows by %s (C-21, R-LIST-04, R-LIST-10, W-7)', async (query, expected) => {
    expect(await found(query)).toEqual(expected)
  })

  it.each([
    ['limit=101', 'Property .limit must be <= 100'],
    ['limit=0', 'Property .limit must be >= 1'],
    ['order=age', 'Property .order should be equal to one of'],
    ['created_at[after]=monday', 'Property .created_at.after cannot be recognized'],
    ['starting_after=monday', 'Property .starting_after cannot be recognized'],
    ['filters[shoe][conditions][$is]=1', 'Property .filters.shoe is not a field'],
    ['filters[name][conditions][$like]=1', 'does not know operator $like'],
    ['name=%00', 'The URL must not contain U+0000'],
    ['filters[name][conditions][$is]=%00', 'The URL must not contain U+0000'],
  ])('refuses %s (R-LIST-02, W-6, programs scenario 9)', async (query, details) => {
    const { status, body } = await t.call('GET', `/v1/customers?${query}`)
    expect([status, body.key]).toEqual([400, 'invalid_query_params'])
    expect(body.details).toContain(details)
  })

  it('refuses a page beyond the last possible one', async () => {
    const { body } = await t.call('GET', '/v1/customers?page=1001')
    expect(body.key).toBe('page_over_limit')
  })
})

describe('scrolling as the clients do (trap 10)', () => {
  /** `customers.scroll` of @voucherify/sdk 2.9.0: goes on after the last moment it saw. */
  async function scroll(name: string, limit: number, order = '-created_at'): Promise<string[]> {
    const isAscending = order === 'created_at'
    const seen: string[] = []
    let after = isAscending ? '1970-01-01T00:00:00Z' : '2200-01-01T00:00:00Z'
    for (let hasMore = true; hasMore; ) {
      const query = `name=${name}&limit=${limit}&starting_after=${after}&order=${order}`
      const { body } = await t.call('GET', `/v1/customers?${query}`)
      const customers: { source_id: string; created_at: string }[] = body.customers
      seen.push(...customers.map(({ source_id }) => source_id))
      const moments = [after, ...customers.map(({ created_at }) => created_at)].toSorted()
      after = moments.at(isAscending ? -1 : 0) ?? after
      hasMore = body.has_more
    }
    return seen
  }

  it('finds everybody once, in either direction', async () => {
    const odd = NUMBERS.filter((n) => n % 2 === 1).map(nameOf)
    expect(await scroll('Odd', 2, 'created_at')).toEqual(odd)
    expect(await scroll('Odd', 2)).toEqual(odd.toReversed())
    expect(await scroll('Odd', 100)).toEqual(odd.toReversed())
  })

  it('misses nobody of the many who came at one moment', async () => {
    const twins = Array.from({ length: 7 }, (_each, index) => `twin${index}`)
    for (const twin of twins)
      await t.call('POST', '/v1/customers', { source_id: twin, name: 'Twin' })
    t.clock.advance(1)
    await t.call('POST', '/v1/customers', { source_id: 'late', name: 'Twin' })
    for (const order of ['-created_at', 'created_at']) {
      expect((await scroll('Twin', 3, order)).toSorted()).toEqual(['late', ...twins])
    }
  })
})
