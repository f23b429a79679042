/**
 * Validations: what of a request could be applied to an order, without changing anything.
 * Start at decide-validation.ts; redemptions decide with the same function.
 */
export {
  type Applied,
  decideValidation,
  type Redeemable,
  type Refused,
  type ValidationDecision,
} from './decide-validation.ts'
export {
  duplicatedRedeemables,
  type RedeemInput,
  readSingleBody,
  readStackBody,
} from './redeem-body.ts'
export { toApiError } from './refusal.ts'
export { DEFAULT_STACKING_RULES, type StackingRules } from './stacking-rules.ts'
export { toTrackingId } from './tracking.ts'
export { toOutcomeView } from './validation-view.ts'
export { validationRoutes } from './validations.routes.ts'
