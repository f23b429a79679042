import type { SendLimits } from './distribution.ts'

/** A counter: how many messages of a distribution were meant for a customer in a day or a month. */
export type SendCounter = {
  distributionId: string
  customerId: string
  period: string
  /** The most it may reach. */
  max: number
}

export type SendRefusal = 'daily_limit' | 'monthly_limit'

type Sending = { distributionId: string; customerId: string; limits: SendLimits }

/** What a message counts for: its day first, then its month, each where there is a limit. */
export function toCounters(
  { distributionId, customerId, limits }: Sending,
  { day, month }: { day: string; month: string },
): SendCounter[] {
  const of = (period: string, max: number | null): SendCounter[] =>
    max === null ? [] : [{ distributionId, customerId, period, max }]
  return [...of(day, limits.perDay), ...of(month, limits.perMonth)]
}

export const counterKey = ({
  distributionId,
  customerId,
  period,
}: Omit<SendCounter, 'max'>): string => `${distributionId} ${customerId} ${period}`

/**
 * Which messages may be sent, given what was sent before: null for those, else why not. Each is counted for those behind
 * it, in all of its counters or in none. `sent` is brought up to date.
 */
export function decideLimits(
  messages: readonly (readonly SendCounter[])[],
  sent: Map<string, number>,
): (SendRefusal | null)[] {
  return messages.map((counters) => {
    const full = counters.find((counter) => (sent.get(counterKey(counter)) ?? 0) >= counter.max)
    if (full) return full.period.length > 'YYYY-MM'.length ? 'daily_limit' : 'monthly_limit'
    for (const counter of counters) {
      const key = counterKey(counter)
      sent.set(key, (sent.get(key) ?? 0) + 1)
    }
    return null
  })
}
