import { ApiError } from '../../kernel/api-error.ts'

/** When points that were earned stop being spendable (engine-programs §8.1), as a caller writes it. */
export type ExpirationRules = {
  period_type?: 'MONTH' | 'FIXED_DAY_OF_YEAR' | null
  /** Months, of MONTH. */
  period_value?: number | null
  /** Moves the end of MONTH up to that of a longer period. */
  rounding_type?: Rounding | null
  /** The month of PARTICULAR_MONTH, 1 to 12. */
  rounding_value?: number | null
  fixed_month?: number | null
  fixed_day?: number | null
}

type Rounding =
  | 'END_OF_MONTH'
  | 'END_OF_QUARTER'
  | 'END_OF_HALF_YEAR'
  | 'END_OF_YEAR'
  | 'PARTICULAR_MONTH'

const PART = (minimum: number, maximum: number) => ({
  type: ['integer', 'null'],
  minimum,
  maximum,
})

/** When points expire (engine-programs §8.1). */
export const EXPIRATION_RULES = {
  type: ['object', 'null'],
  properties: {
    period_type: { type: ['string', 'null'], enum: ['MONTH', 'FIXED_DAY_OF_YEAR', null] },
    period_value: PART(0, 1_200),
    rounding_type: {
      type: ['string', 'null'],
      enum: [
        'END_OF_MONTH',
        'END_OF_QUARTER',
        'END_OF_HALF_YEAR',
        'END_OF_YEAR',
        'PARTICULAR_MONTH',
        null,
      ],
    },
    rounding_value: PART(1, 12),
    fixed_month: PART(1, 12),
    fixed_day: PART(1, 31),
  },
}

/** Throws `invalid_payload` for rules that name no day, telling them by `at`, such as `.expiration_rules`. */
export function refuseIncomplete(rules: ExpirationRules | null | undefined, at: string): void {
  const missing = findMissing(rules ?? {})
  if (missing === undefined) return
  throw new ApiError('invalid_payload', {
    details: `Property ${at} should have required property '${missing}'`,
  })
}

function findMissing(rules: ExpirationRules): keyof ExpirationRules | undefined {
  const isMissing = (key: keyof ExpirationRules): boolean =>
    rules[key] === undefined || rules[key] === null
  const needed: (keyof ExpirationRules)[] =
    rules.period_type === 'MONTH'
      ? ['period_value', ...(rules.rounding_type === 'PARTICULAR_MONTH' ? PARTICULAR : [])]
      : rules.period_type === 'FIXED_DAY_OF_YEAR'
        ? ['fixed_month', 'fixed_day']
        : []
  return needed.find(isMissing)
}

const PARTICULAR = ['rounding_value'] as const
