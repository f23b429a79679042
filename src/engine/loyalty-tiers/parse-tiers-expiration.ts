import type { Campaign } from '../campaigns/index.ts'
import { parseDuration } from '../validity/index.ts'
import type { DayDuration, Rounding } from './calculate-days.ts'
import type { TiersExpiration } from './tiers-expiration.ts'

type Stored = NonNullable<Campaign['tiersExpiration']>

const DAY_MS = 86_400_000
const NO_TIME: DayDuration = { months: 0, days: 0 }

/** How long the tiers of a program last, as its campaign says (L-52); null when they go by the balance alone. */
export function parseTiersExpiration(stored: Campaign['tiersExpiration']): TiersExpiration | null {
  if (!stored?.expiration_date?.type) return null
  return {
    qualification: stored.qualification_type ?? 'BALANCE',
    period: stored.qualification_period ?? 'YEAR',
    start: stored.start_date?.type ?? 'IMMEDIATE',
    end: toEnd(stored.expiration_date),
  }
}

function toEnd({
  type,
  extend,
  rounding,
}: NonNullable<Stored['expiration_date']>): TiersExpiration['end'] {
  if (type !== 'CUSTOM') return { type: type ?? 'BALANCE_DROP' }
  const duration = extend ? parseDuration(extend) : undefined
  return {
    type,
    extend: duration
      ? { months: duration.months, days: Math.floor(duration.ms / DAY_MS) }
      : NO_TIME,
    rounding: toRounding(rounding),
  }
}

function toRounding(rounding: NonNullable<Stored['expiration_date']>['rounding']): Rounding | null {
  if (!rounding?.type) return null
  const { type, strategy, value } = rounding
  return {
    to: type === 'CUSTOM' ? { month: value ?? 0 } : type,
    strategy: strategy ?? 'END',
  }
}
