/**
 * Which of the 14 events of the Voucherify source an occurrence becomes, by the row number of
 * engine-programs §17.2. The row is part of a track call's message id, so a number is never reused.
 */
export const SOURCE_EVENT_ROWS: Readonly<Record<string, readonly number[]>> = {
  'customer.redemption.succeeded': [1],
  'customer.redemption.failed': [2],
  'customer.redemption.rollback.succeeded': [3],
  'customer.redemption.rollback.failed': [4],
  'customer.validation.succeeded': [11],
  'customer.validation.failed': [12],
  'customer.publication.succeeded': [13],
  'customer.publication.failed': [14],
}
