import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aRule } from '../../../test/support/evaluation.ts'
import { aLoyaltyCard, NOW } from '../../../test/support/vouchers.ts'
import type { Campaign } from '../campaigns/index.ts'
import { aNewCustomer, type Customer } from '../customers/index.ts'
import type { Happening } from '../effects/index.ts'
import { ALWAYS_VALID } from '../validity/index.ts'
import {
  type Accrual,
  cardsKey,
  countKey,
  decideAccruals,
  type EarningState,
  isSetOff,
} from './decide-accruals.ts'
import type { EarningRule } from './earning-rule.ts'
import { type Trigger, toTrigger } from './trigger.ts'

const CALL = {
  projectId: 'proj_1',
  appId: 'app_1',
  groupId: 'v-1',
  channel: 'INTERNAL' as const,
  now: NOW,
}

const happening = (more: Partial<Happening>): Happening => ({
  occurrenceId: 'evcus_1',
  projectId: 'proj_1',
  type: 'customer.custom_event',
  customerId: 'cust_ann',
  data: { event: { id: 'event_1', type: 'visit', loyalty: null, metadata: {} } },
  call: CALL,
  createdAt: NOW,
  hops: 0,
  ...more,
})

const triggerOf = (more: Partial<Happening> = {}): Trigger => {
  const trigger = toTrigger(happening(more))
  if (!trigger) throw new Error('it sets nothing off')
  return trigger
}

const ruleOf = (id: string, points: number, more: Partial<EarningRule> = {}): EarningRule => ({
  id,
  projectId: 'proj_1',
  campaignId: 'camp_1',
  event: 'visit',
  calculation: { type: 'FIXED', points, formula: null },
  eventSchemaId: null,
  segmentId: null,
  tierId: null,
  pendingDays: null,
  banner: null,
  isActive: true,
  validity: ALWAYS_VALID,
  expirationRules: null,
  automationId: 'auto_1',
  metadata: {},
  createdAt: NOW,
  updatedAt: null,
  ...more,
})

const customer = (name: string): Customer =>
  aNewCustomer({ id: `cust_${name}`, projectId: 'proj_1', sourceId: name, createdAt: NOW })

const program = (more: Partial<Campaign> = {}): Campaign =>
  ({ id: 'camp_1', isActive: true, autoJoin: false, validity: ALWAYS_VALID, ...more }) as Campaign

const ANN = aLoyaltyCard('ANN', 0, { campaignId: 'camp_1', holderId: 'cust_ann' })

const stateOf = (more: Partial<EarningState> = {}): EarningState => ({
  timeZone: 'UTC',
  rules: [ruleOf('ern_1', 5)],
  campaigns: new Map([['camp_1', program()]]),
  customers: new Map(['ann', 'bob'].map((name) => [`cust_${name}`, customer(name)])),
  cards: new Map([[cardsKey('cust_ann', 'camp_1'), [ANN]]]),
  tiers: new Map(),
  conditions: new Map(),
  segmentIdsOf: () => [],
  orders: new Map(),
  counts: new Map(),
  ...more,
})

const told = (accruals: readonly Accrual[]) =>
  accruals.map(({ rule, card, points }) => `${rule.id} ${card?.code ?? 'joins'} ${points}`)

describe('decideAccruals', () => {
  it('gives what each rule of the event gives, in their order (§8.4)', () => {
    const rules = [ruleOf('ern_2', 7), ruleOf('ern_1', 5), ruleOf('ern_3', 1, { event: 'other' })]
    expect(told(decideAccruals([triggerOf()], stateOf({ rules })))).toEqual([
      'ern_2 ANN 7',
      'ern_1 ANN 5',
    ])
  })

  it.each([
    ['the program rests', { campaigns: new Map([['camp_1', program({ isActive: false })]]) }],
    ['the rule gives nothing', { rules: [ruleOf('ern_1', 0)] }],
    ['the customer is gone', { customers: new Map() }],
    ['the customer has no card', { cards: new Map() }],
  ] as [string, Partial<EarningState>][])('gives nothing where %s', (_why, state) => {
    expect(decideAccruals([triggerOf()], stateOf(state))).toEqual([])
  })

  it('makes a member where the program allows it, unless a card is named (L-20, E-7)', () => {
    const state = stateOf({
      cards: new Map(),
      campaigns: new Map([['camp_1', program({ autoJoin: true })]]),
    })
    expect(told(decideAccruals([triggerOf()], state))).toEqual(['ern_1 joins 5'])
    const event = { id: 'event_1', type: 'visit', loyalty: { code: 'NONE' }, metadata: {} }
    expect(decideAccruals([triggerOf({ data: { event, loyalty: null } })], state)).toEqual([])
  })

  it('counts what it gives towards the limit of a rule (L-18)', () => {
    const condition = aRule({
      rules: {
        1: { name: 'redemption.count.per_customer', conditions: { $less_than_or_equal: [3] } },
      },
    })
    const rule = ruleOf('ern_1', 5)
    const [need] = condition.needs.counters
    const key = need && countKey(need, rule, 'cust_ann')
    const state = stateOf({
      conditions: new Map([['ern_1', [condition]]]),
      counts: new Map([[key ?? '', 1]]),
    })
    const triggers = [1, 2, 3, 4].map((n) => triggerOf({ occurrenceId: `evcus_${n}` }))
    expect(decideAccruals(triggers, state)).toHaveLength(2)
  })

  it('gives in all what it gives for each, however they are batched', () => {
    const TRIGGERS = fc.array(fc.constantFrom('cust_ann', 'cust_bob', 'cust_gone'))
    const bob = aLoyaltyCard('BOB', 0, { campaignId: 'camp_1', holderId: 'cust_bob' })
    const state = stateOf({
      rules: [ruleOf('ern_1', 5), ruleOf('ern_2', 3)],
      cards: new Map([
        [cardsKey('cust_ann', 'camp_1'), [ANN]],
        [cardsKey('cust_bob', 'camp_1'), [bob]],
      ]),
    })
    fc.assert(
      fc.property(TRIGGERS, (ids) => {
        const triggers = ids.map((customerId) => triggerOf({ customerId }))
        const together = decideAccruals(triggers, state)
        const oneByOne = triggers.flatMap((trigger) => decideAccruals([trigger], state))
        expect(told(together)).toEqual(told(oneByOne))
        const earning = ids.filter((id) => id !== 'cust_gone').length
        expect(together.reduce((sum, { points }) => sum + points, 0)).toBe(earning * 8)
      }),
    )
  })
})

describe('isSetOff (L-19)', () => {
  const type = 'customer.loyalty.tier.upgraded'
  const upgraded = triggerOf({
    type,
    data: {
      campaign: { id: 'camp_1' },
      loyalty_tier_from: { id: 'ltr_1' },
      loyalty_tier_to: { id: 'ltr_2' },
    },
  })

  it.each([
    [{}, true],
    [{ tierId: '__ANY__' }, true],
    [{ tierId: 'ltr_2' }, true],
    [{ tierId: 'ltr_1' }, false],
    [{ campaignId: 'camp_2' }, false],
    [{ event: 'customer.loyalty.tier.joined' }, false],
  ] as [Partial<EarningRule>, boolean][])('of a rule with %j by a tier: %s', (more, expected) => {
    expect(isSetOff(ruleOf('ern_1', 5, { event: type, ...more }), upgraded)).toBe(expected)
  })

  it('asks for the segment where the rule names one', () => {
    const event = 'customer.segment.entered'
    const entered = triggerOf({ type: event, data: { segment: { id: 'seg_1' } } })
    const rule = (segmentId: string | null) => ruleOf('ern_1', 5, { event, segmentId })
    expect(['seg_1', 'seg_2', null].map((id) => isSetOff(rule(id), entered))).toEqual([
      true,
      false,
      true,
    ])
  })
})
