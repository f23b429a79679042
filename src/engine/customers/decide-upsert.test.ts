import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ApiError } from '../../kernel/api-error.ts'
import { NO_SCHEMAS } from '../metadata-schemas/index.ts'
import type { CustomerInput } from './customer.schema.ts'
import type { Customer } from './customer.ts'
import {
  type CustomerState,
  type CustomerWish,
  decideUpserts,
  putCustomer,
  type Upsert,
} from './decide-upsert.ts'

const CREATED = new Date('2026-01-01T00:00:00.000Z')
const NOW = new Date('2026-06-01T12:00:00.000Z')

const ann: Customer = {
  id: 'cust_ann',
  projectId: 'proj_1',
  sourceId: 'a1',
  name: 'Ann',
  description: null,
  email: 'a@x.io',
  phone: null,
  birthdate: '1990-12-03',
  address: { city: 'Oslo', country: 'NO' },
  metadata: { vip: true, tags: ['a', 'b'] },
  systemMetadata: { source: 'segmentio' },
  createdAt: CREATED,
  updatedAt: null,
}

const wishing = (input: CustomerInput, fields: Partial<CustomerWish> = {}): CustomerWish => ({
  call: { projectId: 'proj_1', appId: 'app_1', groupId: 'v-1', channel: 'API', now: NOW },
  input,
  ...fields,
})
const inProject = (projectId: string): Partial<CustomerWish> => ({
  call: { ...wishing({}).call, projectId },
})

const knowing = (...customers: Customer[]): CustomerState => {
  const state: CustomerState = new Map()
  for (const customer of customers) putCustomer(state, customer)
  return state
}

/** Decides wishes by somebody who knows Ann. */
function decide(...wishes: CustomerWish[]): (Upsert | ApiError)[] {
  let count = 0
  return decideUpserts(knowing(ann), wishes, {
    newId: () => {
      count += 1
      return `cust_${count}`
    },
    schemasOf: () => NO_SCHEMAS,
  })
}

const told = (outcome: Upsert | ApiError | undefined): string =>
  outcome instanceof ApiError ? outcome.key : `${outcome?.kind} ${outcome?.customer.id}`

const changed = (input: CustomerInput): Customer => {
  const [outcome] = decide(wishing({ source_id: 'a1', ...input }))
  if (!outcome || outcome instanceof ApiError) throw new Error('refused')
  return outcome.customer
}

describe('decideUpserts', () => {
  it.each<[string, CustomerInput, string]>([
    ['an id', { id: 'cust_ann', name: 'Ann B' }, 'updated cust_ann'],
    ['a source_id', { source_id: 'a1', name: 'Ann B' }, 'updated cust_ann'],
    ['an id before a source_id', { id: 'cust_ann', source_id: 'zzz' }, 'unchanged cust_ann'],
    ['a new source_id', { source_id: 'b1' }, 'created cust_1'],
    ['an empty id and source_id', { id: '', source_id: '' }, 'created cust_1'],
    ['nothing', { name: 'No Id' }, 'created cust_1'],
    ['an unknown id', { id: 'cust_x', source_id: 'a1' }, 'not_found'],
  ])('finds or creates by %s (C-10, C-15)', (_how, input, outcome) => {
    expect(decide(wishing(input)).map(told)).toEqual([outcome])
  })

  it('knows customers of other projects by nothing', () => {
    const outcomes = decide(
      wishing({ id: 'cust_ann' }, inProject('proj_2')),
      wishing({ source_id: 'a1' }, inProject('proj_2')),
    )
    expect(outcomes.map(told)).toEqual(['not_found', 'created cust_1'])
  })

  it('decides each wish on what the ones before it left', () => {
    const outcomes = decide(
      wishing({ source_id: 'b1', name: 'B' }),
      wishing({ source_id: 'b1', metadata: { n: 1 } }),
      wishing({ source_id: 'b1', name: 'B' }),
      wishing({ name: 'nobody' }),
      wishing({ name: 'nobody' }),
      wishing({ source_id: 'a1', phone: '+1' }),
      wishing({ id: 'cust_ann', phone: '+1' }),
    )
    expect(outcomes.map(told)).toEqual([
      'created cust_1',
      'updated cust_1',
      'unchanged cust_1',
      'created cust_2',
      'created cust_3',
      'updated cust_ann',
      'unchanged cust_ann',
    ])
    expect(outcomes.slice(0, 3)).toMatchObject([
      { customer: { sourceId: 'b1', name: 'B', metadata: {}, createdAt: NOW, updatedAt: null } },
      { customer: { name: 'B', metadata: { n: 1 }, updatedAt: NOW } },
      { customer: { name: 'B', metadata: { n: 1 }, updatedAt: NOW } },
    ])
  })

  it.each<[string, CustomerInput, Partial<Customer>]>([
    ['a field', { name: 'Ann B' }, { name: 'Ann B' }],
    ['a cleared field', { name: null, email: null }, { name: null, email: null }],
    ['a birthdate', { birthdate: '1991-01-02' }, { birthdate: '1991-01-02' }],
    ['a moment of birth', { birthdate: '1991-01-02T03:04:05Z' }, { birthdate: '1991-01-02' }],
    ['a moment in UTC', { birthdate: '1991-01-02T00:30:00+02:00' }, { birthdate: '1991-01-01' }],
    ['the older name', { birthday: '1991-01-02' }, { birthdate: '1991-01-02' }],
    ['the newer first', { birthday: '1991-01-02', birthdate: null }, { birthdate: null }],
    [
      'part of the address',
      { address: { city: 'Rome' } },
      { address: { city: 'Rome', country: 'NO' } },
    ],
    ['a cleared part', { address: { city: null } }, { address: { country: 'NO' } }],
    ['the last parts', { address: { city: null, country: null } }, { address: null }],
    ['the whole address', { address: null }, { address: null }],
    ['a metadata key', { metadata: { n: 1 } }, { metadata: { vip: true, tags: ['a', 'b'], n: 1 } }],
    ['a cleared key', { metadata: { vip: null } }, { metadata: { tags: ['a', 'b'] } }],
    ['a list', { metadata: { tags: ['b', 'a'] } }, { metadata: { vip: true, tags: ['b', 'a'] } }],
  ])('changes %s and nothing else (C-11, D-05)', (_what, input, difference) => {
    expect(changed(input)).toEqual({ ...ann, ...difference, updatedAt: NOW })
  })

  it.each<CustomerInput>([
    {},
    { source_id: 'a1', name: 'Ann', email: 'a@x.io', phone: null },
    { birthdate: '1990-12-03T10:00:00Z' },
    { address: {} },
    { address: { city: 'Oslo', line_1: null } },
    { metadata: null },
    { metadata: { vip: true, tags: ['a', 'b'], unknown: null } },
  ])('sees that %j changes nothing (C-17)', (input) => {
    expect(changed(input)).toBe(ann)
  })

  it('keeps a metadata key of any name', () => {
    const metadata = JSON.parse('{"__proto__": {"x": 1}, "constructor": "c", "": 0}')
    expect(JSON.stringify(changed({ metadata }).metadata)).toBe(
      '{"vip":true,"tags":["a","b"],"__proto__":{"x":1},"constructor":"c","":0}',
    )
  })

  it('merges system metadata, some of it only where it creates (SI-17, SI-31)', () => {
    const fields = { systemMetadata: { group_id: 'g' }, systemMetadataOnCreate: { source: 's' } }
    const outcomes = decide(
      wishing({ source_id: 'new' }, fields),
      wishing({ source_id: 'a1' }, fields),
      wishing({ source_id: 'a1' }, fields),
    )
    expect(outcomes.map(told)).toEqual(['created cust_1', 'updated cust_ann', 'unchanged cust_ann'])
    expect(outcomes).toMatchObject([
      { customer: { systemMetadata: { source: 's', group_id: 'g' } } },
      { customer: { systemMetadata: { source: 'segmentio', group_id: 'g' } } },
      {},
    ])
  })

  it('replaces what it knows of a customer where that is wanted, metadata included (C-33)', () => {
    const isReplacing = true
    const [replaced, again, back] = decide(
      wishing({ source_id: 'a1', name: 'Anna', metadata: { k: '1' } }, { isReplacing }),
      wishing({ source_id: 'a1', name: 'Anna', metadata: { k: '1' } }, { isReplacing }),
      wishing({ id: 'cust_ann', phone: '+1' }),
    )
    expect(replaced).toMatchObject({
      kind: 'updated',
      customer: {
        id: 'cust_ann',
        sourceId: 'a1',
        name: 'Anna',
        email: null,
        birthdate: null,
        address: null,
        metadata: { k: '1' },
        systemMetadata: { source: 'segmentio' },
        createdAt: CREATED,
        updatedAt: NOW,
      },
    })
    expect(again).toMatchObject({ kind: 'unchanged' })
    expect(back).toMatchObject({ kind: 'updated', customer: { name: 'Anna', phone: '+1' } })
  })

  it('changes nothing when the same is said again, whatever it was', () => {
    const text = fc.option(fc.string(), { nil: null })
    const input: fc.Arbitrary<CustomerInput> = fc.record(
      {
        source_id: fc.constantFrom('a1', 'b1', null),
        name: text,
        address: fc.option(fc.record({ city: text, line_1: text }, { requiredKeys: [] })),
        metadata: fc.option(
          fc.dictionary(fc.constantFrom('vip', 'n', 'x'), fc.jsonValue() as fc.Arbitrary<never>),
        ),
      },
      { requiredKeys: ['source_id'] },
    ) as fc.Arbitrary<CustomerInput>
    fc.assert(
      fc.property(input, (said) => {
        const [first, second] = decide(wishing(said), wishing(said))
        expect(second).toMatchObject({ kind: said.source_id ? 'unchanged' : 'created' })
        if (said.source_id && first && second && !('key' in first) && !('key' in second)) {
          expect(second.customer).toBe(first.customer)
        }
      }),
    )
  })
})
