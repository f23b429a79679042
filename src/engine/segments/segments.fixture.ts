import { aNewCustomer, type Customer, NO_SUMMARY } from '../customers/index.ts'
import { compileFilter } from './compile-filter.ts'
import type { CustomerFacts, Surroundings } from './customer-facts.ts'
import { createMoment } from './moment.ts'

/** Monday, 15 November 2021, noon in UTC. */
export const NOON = new Date('2021-11-15T12:00:00.000Z')

export const aCustomer = (changes: Partial<Customer> = {}): Customer => ({
  ...aNewCustomer({ id: 'cust_1', projectId: 'proj_1', sourceId: null, createdAt: NOON }),
  ...changes,
})

export const theFacts = (
  customer: Partial<Customer> = {},
  changes: Partial<CustomerFacts> = {},
): CustomerFacts => ({
  customer: aCustomer(customer),
  summary: NO_SUMMARY,
  events: new Map(),
  publications: [],
  segmentIds: new Set(),
  ...changes,
})

export const surroundings = (now = NOON, timeZone = 'UTC'): Surroundings => ({
  moment: createMoment(now, timeZone),
  locations: new Map([
    ['loc_warsaw', ({ latitude, longitude }) => latitude > 52 && latitude < 53 && longitude > 20],
  ]),
})

export const PLACE = { key: 'invalid_payload', property: '.filter' } as const

/** Whether one condition on one field matches. */
export const holds = (
  path: string,
  conditions: { [operator: string]: unknown },
  facts: CustomerFacts,
  around = surroundings(),
): boolean => compileFilter({ [path]: { conditions } }, PLACE).matches(facts, around)
