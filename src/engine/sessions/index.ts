/**
 * Sessions: what a validation reserved of a voucher until it is redeemed, released or expires
 * (engine-core §17). Reservations are rows; they count only while the voucher is locked.
 */

export {
  consumeSessions,
  findSessions,
  releaseSession,
  reserve,
  sweepSessions,
} from './session.repo.ts'
export {
  SESSION_SCHEMA,
  type SessionBody,
  toSessionInput,
  toSessionView,
} from './session.schema.ts'
export { expiryOf, reservedByOthers, type Session, type SessionInput } from './session.ts'
