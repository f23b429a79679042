import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, type Day } from '../points/index.ts'
import {
  decideTier,
  type MemberTier,
  NO_TIER,
  type TierRange,
  type TierSituation,
  tierOf,
} from './decide-tier.ts'
import type { TiersExpiration } from './tiers-expiration.ts'

const SILVER: TierRange = { id: 'silver', from: 151, to: 250 }
const GOLD: TierRange = { id: 'gold', from: 251, to: 350 }
const PLATINUM: TierRange = { id: 'platinum', from: 351, to: null }
const TIERS = [SILVER, GOLD, PLATINUM]

const EXPIRATION: TiersExpiration = {
  qualification: 'BALANCE',
  period: 'QUARTER',
  start: 'IMMEDIATE',
  end: { type: 'END_OF_NEXT_PERIOD' },
}

const SITUATION: TierSituation = {
  tiers: TIERS,
  expiration: null,
  member: NO_TIER,
  balance: 0,
  earned: 0,
  earnedBefore: 0,
  today: '2026-02-10',
  mayLower: true,
}

const decide = (situation: Partial<TierSituation>) => decideTier({ ...SITUATION, ...situation })
const inTier = (tierId: string, member: Partial<MemberTier> = {}): MemberTier => ({
  ...NO_TIER,
  tierId,
  startsOn: '2026-02-10',
  ...member,
})

type Step = Partial<TierSituation>
/** What becomes of one card, step by step. */
function follow(rules: Partial<TiersExpiration> | null, steps: readonly Step[]): string[] {
  let member = NO_TIER
  return steps.map((step) => {
    const expiration = rules && { ...EXPIRATION, ...rules }
    const decision = decide({ ...step, member, expiration })
    member = decision.member
    const until = member.expiresOn ? ` until ${member.expiresOn}` : ''
    return `${decision.change ?? 'unchanged'} ${member.tierId ?? '-'}${until}`
  })
}

describe('a program whose tiers do not expire', () => {
  it('has tiers with both ends (L-50)', () => {
    const ids = [150, 151, 250, 251, 350, 351, 10_000].map((points) => tierOf(TIERS, points)?.id)
    expect(ids).toEqual([undefined, 'silver', 'silver', 'gold', 'gold', 'platinum', 'platinum'])
    expect(tierOf([SILVER, GOLD], 351)).toBeUndefined()
  })

  it('goes up and down with the balance at once (L-51, L-54, L-56)', () => {
    const balances = [150, 151, 251, 200, 150]
    expect(
      follow(
        null,
        balances.map((balance) => ({ balance })),
      ),
    ).toEqual(['unchanged -', 'joined silver', 'upgraded gold', 'downgraded silver', 'left -'])
  })

  it('lowers nobody where tiers are refreshed (L-54)', () => {
    const member = inTier('gold')
    expect(decide({ member, balance: 160, mayLower: false })).toEqual({ member, change: undefined })
    expect(decide({ member, balance: 0, mayLower: false })).toEqual({ member, change: undefined })
    expect(decide({ member, balance: 400, mayLower: false }).change).toBe('upgraded')
  })
})

describe('a tier by the balance that lasts to the end of the next period (L-52, L-53, L-56)', () => {
  it('is kept however the balance falls, and is left when it is over', () => {
    expect(
      follow({}, [
        { balance: 251, today: '2026-02-10' },
        { balance: 150, today: '2026-02-11' },
        { balance: 150, today: '2026-06-30' },
        { balance: 150, today: '2026-07-01' },
      ]),
    ).toEqual([
      'joined gold until 2026-06-30',
      'unchanged gold until 2026-06-30',
      'unchanged gold until 2026-06-30',
      'left -',
    ])
  })

  it('is prolonged, or followed by the tier that the balance gives', () => {
    expect(
      follow({}, [
        { balance: 251, today: '2026-02-10' },
        { balance: 260, today: '2026-07-01' },
        { balance: 200, today: '2026-10-01' },
      ]),
    ).toEqual([
      'joined gold until 2026-06-30',
      'prolonged gold until 2026-09-30',
      'downgraded silver until 2026-12-31',
    ])
  })

  it('gives way to a higher one at once', () => {
    expect(
      follow({}, [
        { balance: 151, today: '2026-02-10' },
        { balance: 251, today: '2026-05-10' },
      ]),
    ).toEqual(['joined silver until 2026-06-30', 'upgraded gold until 2026-09-30'])
  })
})

describe('a tier by the points of a period (L-52)', () => {
  const byPoints = { qualification: 'POINTS_IN_PERIOD', period: 'YEAR' } as const

  it('lasts to the end of the period in which they were earned', () => {
    expect(
      follow({ ...byPoints, end: { type: 'END_OF_PERIOD' } }, [
        { earned: 251, balance: 0, today: '2026-02-10' },
        { earned: 0, earnedBefore: 251, balance: 0, today: '2027-01-01' },
      ]),
    ).toEqual(['joined gold until 2026-12-31', 'left -'])
  })

  it('lasts to the end of the next, and is prolonged by what was earned in that', () => {
    expect(
      follow({ ...byPoints, end: { type: 'END_OF_NEXT_PERIOD' } }, [
        { earned: 251, today: '2026-02-10' },
        { earned: 0, earnedBefore: 251, today: '2027-01-01' },
        { earned: 0, earnedBefore: 251, today: '2028-01-01' },
        { earned: 0, earnedBefore: 151, today: '2029-01-01' },
        { earned: 0, earnedBefore: 0, today: '2030-01-01' },
      ]),
    ).toEqual([
      'joined gold until 2027-12-31',
      'unchanged gold until 2027-12-31',
      'prolonged gold until 2028-12-31',
      'downgraded silver until 2029-12-31',
      'left -',
    ])
  })

  it('starts with the next period where it is to', () => {
    const rules = { ...byPoints, start: 'NEXT_PERIOD', end: { type: 'END_OF_PERIOD' } } as const
    expect(
      follow(rules, [
        { earned: 151, today: '2026-02-10' },
        { earned: 251, today: '2026-08-10' },
        { earned: 0, earnedBefore: 251, today: '2027-01-01' },
        { earned: 400, earnedBefore: 251, today: '2027-03-01' },
        { earned: 0, earnedBefore: 400, today: '2028-01-01' },
        { earned: 0, earnedBefore: 360, today: '2029-01-01' },
        { earned: 0, earnedBefore: 10, today: '2030-01-01' },
      ]),
    ).toEqual([
      'unchanged -',
      'unchanged -',
      'joined gold until 2027-12-31',
      'unchanged gold until 2027-12-31',
      'upgraded platinum until 2028-12-31',
      'prolonged platinum until 2029-12-31',
      'left -',
    ])
  })
})

describe('a tier that ends after the balance fell (L-52)', () => {
  it('is lost at once with BALANCE_DROP', () => {
    expect(
      follow({ end: { type: 'BALANCE_DROP' } }, [
        { balance: 251 },
        { balance: 251 },
        { balance: 200 },
        { balance: 10 },
      ]),
    ).toEqual(['joined gold', 'unchanged gold', 'downgraded silver', 'left -'])
  })

  it('is lost later with CUSTOM, unless the balance recovers', () => {
    const extend = { months: 3, days: 0 }
    const rounding = { to: 'MONTH', strategy: 'END' } as const
    expect(
      follow({ end: { type: 'CUSTOM', extend, rounding } }, [
        { balance: 251, today: '2026-02-10' },
        { balance: 200, today: '2026-03-15' },
        { balance: 100, today: '2026-04-01' },
        { balance: 260, today: '2026-05-01' },
        { balance: 200, today: '2026-05-02' },
        { balance: 200, today: '2026-08-31' },
        { balance: 200, today: '2026-09-01' },
      ]),
    ).toEqual([
      'joined gold',
      'unchanged gold until 2026-06-30',
      'unchanged gold until 2026-06-30',
      'unchanged gold',
      'unchanged gold until 2026-08-31',
      'unchanged gold until 2026-08-31',
      'downgraded silver',
    ])
  })
})

const POINTS = fc.integer({ min: 0, max: 500 })
const DAY = fc.integer({ min: 0, max: 2_000 }).map((days): Day => addDays('2026-01-01', days))
const RULES: fc.Arbitrary<TiersExpiration> = fc.record({
  qualification: fc.constantFrom('BALANCE', 'POINTS_IN_PERIOD'),
  period: fc.constantFrom('MONTH', 'QUARTER', 'HALF_YEAR', 'YEAR'),
  start: fc.constantFrom('IMMEDIATE', 'NEXT_PERIOD'),
  end: fc.oneof(
    fc.record({ type: fc.constantFrom('END_OF_PERIOD', 'END_OF_NEXT_PERIOD', 'BALANCE_DROP') }),
    fc.record({
      type: fc.constant('CUSTOM' as const),
      extend: fc.record({ months: fc.nat(12), days: fc.nat(40) }),
      rounding: fc.constant(null),
    }),
  ),
})
const STATE: fc.Arbitrary<TierSituation> = fc
  .record({
    rules: fc.option(RULES),
    first: fc.record({ balance: POINTS, earned: POINTS, earnedBefore: POINTS, today: DAY }),
    later: fc.record({ balance: POINTS, earned: POINTS, earnedBefore: POINTS, days: fc.nat(400) }),
    mayLower: fc.boolean(),
  })
  .map(({ rules, first, later: { days, ...later }, mayLower }) => {
    const before = { ...SITUATION, ...first, expiration: rules }
    const { member } = decideTier(before)
    return { ...before, ...later, member, mayLower, today: addDays(first.today, days) }
  })

describe('decideTier, whatever happened before', () => {
  it('is done with what it decided: asked again it changes nothing', () => {
    fc.assert(
      fc.property(STATE, (state) => {
        const { member } = decideTier(state)
        expect(decideTier({ ...state, member })).toEqual({ member, change: undefined })
      }),
      { numRuns: 1_000 },
    )
  })

  it('lowers nobody before the day of expiry, nor where tiers are refreshed (L-53, L-54)', () => {
    fc.assert(
      fc.property(STATE, (state) => {
        const { change } = decideTier(state)
        const { expiresOn } = state.member
        const isHeld = expiresOn !== null && state.today <= expiresOn && state.expiration !== null
        if (isHeld || !state.mayLower) expect(['downgraded', 'left']).not.toContain(change)
        if (isHeld) expect(change).not.toBe('prolonged')
      }),
      { numRuns: 1_000 },
    )
  })

  it('names a change exactly where the tier is another, or goes on', () => {
    fc.assert(
      fc.property(STATE, (state) => {
        const { member, change } = decideTier(state)
        const [from, to] = [state.member.tierId, member.tierId]
        if (change === undefined) expect(to).toBe(from)
        else if (change === 'prolonged') expect(to).toBe(from)
        else expect(to).not.toBe(from)
        expect(change === 'joined').toBe(from === null && to !== null)
        expect(change === 'left').toBe(from !== null && to === null)
      }),
      { numRuns: 1_000 },
    )
  })
})
