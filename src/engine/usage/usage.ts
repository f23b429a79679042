/**
 * What is added up: redemptions, the amounts of their orders, what they took off, or the units of a product that they
 * discounted.
 */
export type UsageMeasure = 'redemptions' | 'orders_amount' | 'orders_discount' | `units:${string}`

export type UsageSubject = 'everybody' | 'customer' | 'api_key' | 'user'
export type UsagePeriod = 'daily' | 'weekly' | 'monthly' | null

/** A kind of counter that a voucher, tier or campaign has. */
export type UsageKind = {
  objectId: string
  measure: UsageMeasure
  subject: UsageSubject
  period: UsagePeriod
}

/** One counter: of whom (`subject`, empty for everybody) and when (`period`, empty for ever). */
export type UsageKey = {
  objectId: string
  measure: UsageMeasure
  subject: string
  period: string
}

/** Whom and when a redemption counts for. */
export type UsageOccasion = {
  customerId: string | undefined
  appId: string
  /** The name of the calendar period of that moment in the project's time zone. */
  periodKey: (period: 'daily' | 'weekly' | 'monthly') => string
}

/** The key under which a counter is kept in memory. */
export const usageText = ({ objectId, measure, subject, period }: UsageKey): string =>
  `${objectId} ${measure} ${subject} ${period}`

/**
 * The counter of `kind` on an occasion; undefined when it counts by somebody who is not there. Nobody
 * signs in by name to the API, so counters by user have nobody either.
 */
export function toUsageKey(kind: UsageKind, occasion: UsageOccasion): UsageKey | undefined {
  const subject = toSubject(kind.subject, occasion)
  if (subject === undefined) return undefined
  const period = kind.period === null ? '' : occasion.periodKey(kind.period)
  return { objectId: kind.objectId, measure: kind.measure, subject, period }
}

function toSubject(subject: UsageSubject, occasion: UsageOccasion): string | undefined {
  switch (subject) {
    case 'everybody':
      return ''
    case 'customer':
      return occasion.customerId === undefined ? undefined : `customer:${occasion.customerId}`
    case 'api_key':
      return `api_key:${occasion.appId}`
    case 'user':
      return undefined
  }
}

/** Whether units of a product are counted, which the history of redemptions does not tell. */
export const isOfUnits = ({ measure }: Pick<UsageKey, 'measure'>): boolean =>
  measure.startsWith('units:')
