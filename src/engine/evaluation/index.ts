/**
 * Evaluation: what of a request can be applied to an order, and what it does to it. Validations, redemptions,
 * qualifications and simulations load with load-state.ts and decide with decide-validation.ts, so they
 * cannot disagree.
 */
export { type Circumstances, occasionOf } from './circumstances.ts'
export {
  type Applied,
  decideValidation,
  type Outcome,
  type Refused,
  type ValidationDecision,
} from './decide-validation.ts'
export { explainQualified, explainValidation } from './explain-validation.ts'
export { loadSegments } from './load-segments.ts'
export {
  addToCatalog,
  type Found,
  loadState,
  lockUsageOf,
  mayCount,
  readUsageOf,
  type UsageQuestion,
} from './load-state.ts'
export { nameRedeemables } from './name-redeemables.ts'
export { toAppliedView, toOutcomeView } from './outcome-view.ts'
export { productsOf } from './products-of.ts'
export {
  type Asked,
  campaignIdOf,
  createdAtOf,
  hasTwins,
  metadataOf,
  type Redeemable,
  type Target,
  targetIdOf,
} from './redeemable.ts'
export { toApiError, toOutcomeError } from './refusal.ts'
export {
  duplicatedRedeemables,
  findTooMany,
  type RedeemInput,
  readSingleBody,
  readStackBody,
  SINGLE_BODY,
  STACK_BODY,
} from './request-body.ts'
export { type EvaluationState, putOrder } from './state.ts'
export { toCircumstances, toRuleCustomer } from './to-circumstances.ts'
export { type Named, tierTarget, toRedeemables, voucherTarget } from './to-redeemables.ts'
export { refuseOtherTracking, toTrackingId } from './tracking.ts'
