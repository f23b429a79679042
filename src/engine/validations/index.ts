/**
 * Validations: what of a request could be applied to an order, without changing anything but the
 * reservations of a session. Start at validate.ts; redemptions decide with the same evaluation.
 */

export {
  calculateAskedOrder,
  evaluateRequest,
  findCustomer,
  type Imagined,
  loadAskedCustomer,
  trackAsked,
} from './evaluate-request.ts'
export { toStackBody } from './validation-answer.ts'
export {
  answerSingleValidation,
  answerValidation,
  isExplained,
  validationRoutes,
} from './validations.routes.ts'
