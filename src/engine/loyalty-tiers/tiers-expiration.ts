import type { DayDuration, Period, Rounding } from './calculate-days.ts'

/** How long a tier lasts, and by what members qualify for it (L-52). */
export type TiersExpiration = {
  /** The balance, or what was earned in a period of the calendar, whatever was spent of it. */
  qualification: 'BALANCE' | 'POINTS_IN_PERIOD'
  period: Period
  start: 'IMMEDIATE' | 'NEXT_PERIOD'
  end:
    | { type: 'END_OF_PERIOD' | 'END_OF_NEXT_PERIOD' | 'BALANCE_DROP' }
    /** So long after the balance fell below the tier, rounded. */
    | { type: 'CUSTOM'; extend: DayDuration; rounding: Rounding | null }
}
