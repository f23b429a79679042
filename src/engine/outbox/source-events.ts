/**
 * Which of the 14 events of the Voucherify source an occurrence becomes, by the row number of
 * engine-programs §17.2. The row is part of a track call's message id, so a number is never reused.
 */
export const SOURCE_EVENT_ROWS: Readonly<Record<string, readonly number[]>> = {
  'customer.redemption.succeeded': [1],
  'customer.redemption.failed': [2],
  'customer.redemption.rollback.succeeded': [3],
  'customer.redemption.rollback.failed': [4],
  // The request of the customer is told after what came of it, as the reference does.
  'customer.reward_redemptions.created': [7, 5],
  'customer.reward_redemptions.completed': [8, 6],
  'customer.rewarded': [9],
  'customer.rewarded.loyalty_points': [10],
  'customer.validation.succeeded': [11],
  'customer.validation.failed': [12],
  'customer.publication.succeeded': [13],
  'customer.publication.failed': [14],
}

/** Rows that tell what a customer asked for, and not what the engine did by itself. */
const ASKED_FOR: ReadonlySet<number> = new Set([5, 6])

/** The rows of an occurrence, `isByItself` when nobody asked for it. */
export function sourceRowsOf(type: string, isByItself: boolean): readonly number[] {
  const rows = SOURCE_EVENT_ROWS[type] ?? []
  return isByItself ? rows.filter((row) => !ASKED_FOR.has(row)) : rows
}
