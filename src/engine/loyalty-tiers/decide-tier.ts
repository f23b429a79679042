import type { Day } from '../points/index.ts'
import { addToDay, nextPeriodStart, periodEnd, roundDay } from './calculate-days.ts'
import type { TiersExpiration } from './tiers-expiration.ts'

/** The points of a tier; both ends belong to it (L-50). */
export type TierRange = { id: string; from: number; to: number | null }

/** In which tier a card is, and from when on in which next. */
export type MemberTier = {
  tierId: string | null
  startsOn: Day | null
  /** The last day on which it is in the tier whatever its points; null where nothing ends it but points (L-53). */
  expiresOn: Day | null
  nextTierId: string | null
  nextStartsOn: Day | null
}

export const NO_TIER: MemberTier = {
  tierId: null,
  startsOn: null,
  expiresOn: null,
  nextTierId: null,
  nextStartsOn: null,
}

/** What decides the tier of a card on a day of the project's calendar. */
export type TierSituation = {
  tiers: readonly TierRange[]
  /** How long tiers last; null when they go by the balance alone (L-51). */
  expiration: TiersExpiration | null
  member: MemberTier
  balance: number
  /** Points that came in the period of `today`, and in the one before. */
  earned: number
  earnedBefore: number
  today: Day
  /** False when tiers are refreshed, which lowers nobody (L-54). */
  mayLower: boolean
}

export type TierChange = 'joined' | 'upgraded' | 'downgraded' | 'prolonged' | 'left'

export type TierDecision = { member: MemberTier; change: TierChange | undefined }

/** The tier whose points include `points`. */
export const tierOf = <Range extends TierRange>(
  tiers: readonly Range[],
  points: number,
): Range | undefined =>
  tiers.find(({ from, to }) => from <= points && (to === null || points <= to))

/** In which tier a card is from `today` on (L-50 to L-56), and what that changes for its holder. */
export function decideTier(situation: TierSituation): TierDecision {
  const { member, expiration, mayLower } = situation
  const { member: after, isOver } = expiration
    ? withExpiration(situation, expiration)
    : { member: byBalance(situation), isOver: false }
  const change = changeOf(situation, after)
  if (!mayLower && (change === 'downgraded' || change === 'left')) {
    return { member, change: undefined }
  }
  const isProlonged = change === undefined && isOver && after.tierId !== null
  return { member: after, change: isProlonged ? 'prolonged' : change }
}

const rangeOf = ({ tiers }: TierSituation, id: string | null): TierRange | undefined =>
  id === null ? undefined : tiers.find((tier) => tier.id === id)

function changeOf(situation: TierSituation, after: MemberTier): TierChange | undefined {
  const { tierId } = situation.member
  if (tierId === after.tierId) return undefined
  if (tierId === null) return 'joined'
  const [before, now] = [rangeOf(situation, tierId), rangeOf(situation, after.tierId)]
  if (!now) return 'left'
  // Of a tier that is gone nothing is known any more.
  return !before || now.from > before.from ? 'upgraded' : 'downgraded'
}

/** L-51: up and down at once. */
function byBalance({ tiers, balance, member, today }: TierSituation): MemberTier {
  const tierId = tierOf(tiers, balance)?.id ?? null
  if (tierId === null) return NO_TIER
  return { ...NO_TIER, tierId, startsOn: tierId === member.tierId ? member.startsOn : today }
}

/** Whether the last day of the tier is over. One that ends some time after a fall does not where points came back. */
function isExpired(situation: TierSituation, rules: TiersExpiration): boolean {
  const { tierId, expiresOn } = situation.member
  if (tierId === null || expiresOn === null || situation.today <= expiresOn) return false
  return rules.end.type !== 'CUSTOM' || hasDropped(situation, rules)
}

/** Whether there are too few points for the tier that is held, by whichever of both measures leaves more. */
function hasDropped(situation: TierSituation, rules: TiersExpiration): boolean {
  const from = rangeOf(situation, situation.member.tierId)?.from ?? 0
  return Math.max(situation.balance, measureOf(situation, rules)) < from
}

function withExpiration(
  situation: TierSituation,
  rules: TiersExpiration,
): { member: MemberTier; isOver: boolean } {
  const started = { ...situation, member: start(situation, rules) }
  const isOver = isExpired(started, rules)
  const member = isOver ? requalify(started, rules) : started.member
  return { member: hold({ ...situation, member }, rules), isOver }
}

/** The tier that is due to start, or else the one that is held. */
function start(situation: TierSituation, rules: TiersExpiration): MemberTier {
  const { member, today } = situation
  const { nextTierId, nextStartsOn } = member
  const isDue = nextStartsOn !== null && nextStartsOn <= today && rangeOf(situation, nextTierId)
  return nextTierId !== null && isDue ? grant(nextTierId, nextStartsOn, rules) : member
}

/** A tier that starts on `day`, with the day it lasts to where the calendar says so. */
const grant = (tierId: string, day: Day, rules: TiersExpiration): MemberTier => ({
  ...NO_TIER,
  tierId,
  startsOn: day,
  expiresOn: lastDayOf(day, rules),
})

function lastDayOf(start: Day, { end, period }: TiersExpiration): Day | null {
  switch (end.type) {
    case 'END_OF_PERIOD':
      return periodEnd(start, period)
    case 'END_OF_NEXT_PERIOD':
      return periodEnd(start, period, 1)
    default:
      return null
  }
}

/** By what a card qualifies now. */
const measureOf = (
  { balance, earned }: TierSituation,
  { qualification }: TiersExpiration,
): number => (qualification === 'BALANCE' ? balance : earned)

const higher = (a: TierRange | undefined, b: TierRange | undefined): TierRange | undefined =>
  a && b ? (b.from > a.from ? b : a) : (a ?? b)

/**
 * What follows when a tier has expired (L-53). Points earned in a period give a tier for the next one, unless tiers
 * start at once and end with the period in which they were earned. It lasts to the end of this period.
 */
function requalify(situation: TierSituation, rules: TiersExpiration): MemberTier {
  const { tiers, member, balance, today, earnedBefore } = situation
  const { qualification, start, end, period } = rules
  const endsWithPeriod = end.type === 'END_OF_PERIOD' || end.type === 'END_OF_NEXT_PERIOD'
  const endsWhereEarned = start === 'IMMEDIATE' && end.type === 'END_OF_PERIOD'
  const goesByPeriodBefore =
    qualification === 'POINTS_IN_PERIOD' && endsWithPeriod && !endsWhereEarned
  const now = tierOf(tiers, measureOf(situation, rules))
  const tier = goesByPeriodBefore
    ? higher(tierOf(tiers, earnedBefore), start === 'IMMEDIATE' ? now : undefined)
    : higher(now, end.type === 'CUSTOM' ? tierOf(tiers, balance) : undefined)
  if (!tier) return NO_TIER
  return {
    ...NO_TIER,
    tierId: tier.id,
    startsOn: tier.id === member.tierId ? member.startsOn : today,
    expiresOn: endsWithPeriod ? periodEnd(today, period) : null,
  }
}

/** Nothing has ended: only more points change the tier, and fewer where the balance ends it (L-53). */
function hold(situation: TierSituation, rules: TiersExpiration): MemberTier {
  const { tiers, member, balance, today } = situation
  const current = rangeOf(situation, member.tierId)
  const qualified = tierOf(tiers, measureOf(situation, rules))
  const isHigher = qualified !== undefined && (!current || qualified.from > current.from)
  if (isHigher && rules.start === 'IMMEDIATE') return grant(qualified.id, today, rules)
  const next = isHigher
    ? { nextTierId: qualified.id, nextStartsOn: nextPeriodStart(today, rules.period) }
    : { nextTierId: null, nextStartsOn: null }
  if (!current) return { ...NO_TIER, ...next }
  const isDropped = hasDropped(situation, rules)
  if (isDropped && rules.end.type === 'BALANCE_DROP') {
    const lower = higher(tierOf(tiers, balance), qualified)
    return lower ? grant(lower.id, today, rules) : { ...NO_TIER, ...next }
  }
  return { ...member, ...next, expiresOn: expiryOf(member, { rules, isDropped, today }) }
}

/** The last day of a tier that is held. */
function expiryOf(
  { expiresOn }: MemberTier,
  { rules, isDropped, today }: { rules: TiersExpiration; isDropped: boolean; today: Day },
): Day | null {
  const { end } = rules
  switch (end.type) {
    case 'BALANCE_DROP':
      return null
    case 'CUSTOM': {
      if (!isDropped) return null
      const extended = addToDay(today, end.extend)
      return expiresOn ?? (end.rounding ? roundDay(extended, end.rounding) : extended)
    }
    default:
      // A member from before tiers of the program expired has none.
      return expiresOn ?? lastDayOf(today, rules)
  }
}
