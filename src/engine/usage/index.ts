/**
 * Usage: how often and for how much something was redeemed, by whom and in which period, for the limits of
 * validation rules. Counters are rows, locked while somebody decides on them.
 */

export {
  addUsage,
  findUsageKinds,
  lockUsage,
  lockUsageKeys,
  readUsage,
  saveUsageKinds,
  type UsageChange,
  type WantedUsage,
} from './usage.repo.ts'
export {
  isOfUnits,
  toUsageKey,
  type UsageKey,
  type UsageKind,
  type UsageOccasion,
  usageText,
} from './usage.ts'
