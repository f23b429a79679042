import { ApiError } from '../../kernel/api-error.ts'
import { LIMITS } from '../../platform/limits.ts'
import { parseDuration } from '../validity/index.ts'

/** How long the tiers of a loyalty program last (engine-programs §8.7, L-52), as a caller writes it. */
export type TiersExpirationInput = {
  qualification_type?: 'BALANCE' | 'POINTS_IN_PERIOD' | null
  qualification_period?: 'MONTH' | 'QUARTER' | 'HALF_YEAR' | 'YEAR' | null
  start_date?: { type?: 'IMMEDIATE' | 'NEXT_PERIOD' | null } | null
  expiration_date?: {
    type?: 'END_OF_PERIOD' | 'END_OF_NEXT_PERIOD' | 'BALANCE_DROP' | 'CUSTOM' | null
    /** A duration of ISO 8601. */
    extend?: string | null
    rounding?: {
      type?: 'MONTH' | 'QUARTER' | 'HALF_YEAR' | 'YEAR' | 'CUSTOM' | null
      strategy?: 'START' | 'END' | null
      unit?: 'MONTH' | null
      /** The month of CUSTOM; 0 is January. */
      value?: number | null
    } | null
  } | null
}

const oneOf = (...values: string[]) => ({ type: ['string', 'null'], enum: [...values, null] })
const object = (properties: object) => ({ type: ['object', 'null'], properties })

const PERIODS = ['MONTH', 'QUARTER', 'HALF_YEAR', 'YEAR']

export const TIERS_EXPIRATION = object({
  qualification_type: oneOf('BALANCE', 'POINTS_IN_PERIOD'),
  qualification_period: oneOf(...PERIODS),
  start_date: object({ type: oneOf('IMMEDIATE', 'NEXT_PERIOD') }),
  expiration_date: object({
    type: oneOf('END_OF_PERIOD', 'END_OF_NEXT_PERIOD', 'BALANCE_DROP', 'CUSTOM'),
    extend: { type: ['string', 'null'], maxLength: LIMITS.textLengthMax },
    rounding: object({
      type: oneOf(...PERIODS, 'CUSTOM'),
      strategy: oneOf('START', 'END'),
      unit: oneOf('MONTH'),
      value: { type: ['integer', 'null'], minimum: 0, maximum: 11 },
    }),
  }),
})

/** Throws `invalid_payload` for an expiration that leaves open when a tier ends. */
export function refuseIncompleteTiers(input: TiersExpirationInput | null | undefined): void {
  if (!input) return
  const { qualification_type, qualification_period, start_date, expiration_date } = input
  const needsPeriod =
    qualification_type === 'POINTS_IN_PERIOD' ||
    start_date?.type === 'NEXT_PERIOD' ||
    expiration_date?.type?.startsWith('END_') === true
  if (!expiration_date?.type) throw missing('.expiration_date', 'type')
  if (needsPeriod && !qualification_period) throw missing('', 'qualification_period')
  if (expiration_date.type === 'CUSTOM') refuseIncompleteEnd(expiration_date)
}

function refuseIncompleteEnd({
  extend,
  rounding,
}: NonNullable<TiersExpirationInput['expiration_date']>): void {
  if (!extend || !parseDuration(extend)) {
    throw invalid(
      'Property .loyalty_tiers_expiration.expiration_date.extend should be a duration in ISO 8601, such as P3M',
    )
  }
  if (rounding?.type === 'CUSTOM' && typeof rounding.value !== 'number') {
    throw missing('.expiration_date.rounding', 'value')
  }
}

const missing = (at: string, property: string): ApiError =>
  invalid(`Property .loyalty_tiers_expiration${at} should have required property '${property}'`)

const invalid = (details: string): ApiError => new ApiError('invalid_payload', { details })
