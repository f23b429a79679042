/** What a validation reserved of a voucher (engine-core §17). Amounts are 0 where the voucher has none. */
export type Session = {
  voucherId: string
  key: string
  credits: number
  points: number
}

export const TTL_UNITS = {
  DAYS: 86_400_000,
  HOURS: 3_600_000,
  MINUTES: 60_000,
  SECONDS: 1_000,
  MILLISECONDS: 1,
  MICROSECONDS: 1e-3,
  NANOSECONDS: 1e-6,
} as const
export type TtlUnit = keyof typeof TTL_UNITS

/** A session as a request asks for it; without a key it gets one (R-SES-02). */
export type SessionInput = { type: 'LOCK'; key: string | null; ttl: number; ttlUnit: TtlUnit }

/** When what is reserved `now` becomes free by itself. */
export const expiryOf = ({ ttl, ttlUnit }: SessionInput, now: Date): Date =>
  new Date(now.getTime() + Math.ceil(ttl * TTL_UNITS[ttlUnit]))

/** What others than the holder of `key` have reserved of one voucher. */
export function reservedByOthers(
  sessions: readonly Session[],
  key: string | null,
): { uses: number; credits: number; points: number } {
  const reserved = { uses: 0, credits: 0, points: 0 }
  for (const session of sessions) {
    if (session.key === key) continue
    reserved.uses += 1
    reserved.credits += session.credits
    reserved.points += session.points
  }
  return reserved
}
