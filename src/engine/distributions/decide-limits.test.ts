import { expect, it } from 'vitest'
import { decideLimits, toCounters } from './decide-limits.ts'

const NOW = { day: '2026-11-29', month: '2026-11' }
const message = (customerId: string, perDay: number | null, perMonth: number | null) =>
  toCounters({ distributionId: 'distr_1', customerId, limits: { perDay, perMonth } }, NOW)

it('lets so many messages through to a customer in a day, and others their own', () => {
  const sent = new Map([['distr_1 cust_a 2026-11-29', 1]])
  const messages = ['cust_a', 'cust_a', 'cust_b'].map((id) => message(id, 2, null))
  expect(decideLimits(messages, sent)).toEqual([null, 'daily_limit', null])
})

it('counts for neither when one of day and month is full', () => {
  const sent = new Map([['distr_1 cust_a 2026-11', 5]])
  const messages = [message('cust_a', 3, 5), message('cust_a', 3, null)]
  expect(decideLimits(messages, sent)).toEqual(['monthly_limit', null])
  expect(sent.get('distr_1 cust_a 2026-11-29')).toBe(1)
  expect(sent.get('distr_1 cust_a 2026-11')).toBe(5)
})

it('counts nothing that has no limit', () => {
  const sent = new Map<string, number>()
  expect(decideLimits([message('cust_a', null, null)], sent)).toEqual([null])
  expect(sent.size).toBe(0)
})
