/**
 * The ledger of loyalty cards: points come onto a card in lots, which expire, and go from it, from what expires next.
 * Start at move-points.ts, through which all points move but those of redemptions (spend-lots.ts) and those that expire
 * (nightly-points.ts); whoever calls holds the lock on the card.
 */
export { addPendingPoints, type PendingAddition } from './add-pending.ts'
export { balanceRoutes } from './balance.routes.ts'
export { listBuckets } from './bucket.repo.ts'
export { toBucketView } from './bucket.ts'
export {
  addDays,
  type Day,
  toDay,
} from './calculate-expiration.ts'
export { type Card, calculateMovement, requireCard, requireHolder } from './calculate-movement.ts'
export {
  BALANCE_CHANGE,
  changePoints,
  POINTS_CHANGE,
  parsePointsChange,
} from './change-balance.ts'
export {
  activatePending,
  cancelPending,
  changePending,
  PENDING_POINTS_CHANGE,
  parsePendingChange,
} from './change-pending.ts'
export { checkPoints, type PointsDifference } from './check-points.ts'
export { loyaltySummaryEffect } from './loyalty-summary-effect.ts'
export {
  addPoints,
  isMoved,
  type Moved,
  type Overdrawn,
  openCards,
  type PointsAddition,
  type PointsRemoval,
  takePoints,
} from './move-points.ts'
export {
  type CardContext,
  findCardContexts,
  toManualFacts,
  toMovementData,
  toTransactionFact,
} from './movement-facts.ts'
export { activateDueStep, expirePointsStep } from './nightly-points.ts'
export { listPending, type PendingOf } from './pending-points.repo.ts'
export { toPendingBalanceView, toPendingPointsView } from './pending-points.ts'
export { type Refund, refundLots, spendLots } from './spend-lots.ts'
