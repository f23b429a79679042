/**
 * Qualifications: what a customer could use for an order (engine-core §20).
 * Start at qualify.ts; each candidate is decided by the same evaluation as a redemption.
 */

export { answerPromotions, olderQualificationRoutes } from './older.routes.ts'
export { QUALIFICATION_BODY } from './qualification.schema.ts'
export { answerQualification, qualificationRoutes } from './qualifications.routes.ts'
