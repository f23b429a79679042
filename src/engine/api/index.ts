/**
 * What all routes of the engine share: authentication, body checks, lists, idempotency.
 * Start at door.ts: `openDoor` guards a scope of routes, `command` runs a change.
 */
export { answerOnce } from './answer-once.ts'
export { type BodySchema, compileBodyCheck, compileQueryCheck } from './check-body.ts'
export {
  type Authenticate,
  byApplicationKeys,
  command,
  openDoor,
  sendAnswer,
  toCall,
  toKey,
  toRefusal,
} from './door.ts'
export { type FilterField, toFilterCondition } from './filters.ts'
export {
  type Answer,
  type IdempotencyKey,
  sweepIdempotencyKeys,
} from './idempotency.ts'
export { type Order, type Page, parseOrder, parsePage, toListView } from './list.ts'
export { missingDoors, missingRoutes } from './missing.routes.ts'
