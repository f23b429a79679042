/**
 * What all routes of the engine share: authentication, body checks, lists, idempotency.
 * Start at door.ts: `openDoor` guards a scope of routes, `command` runs a change.
 */
export { answerOnce } from './answer-once.ts'
export { type BodySchema, compileBodyCheck, compileQueryCheck } from './check-body.ts'
export { toCsvLine } from './csv-line.ts'
export {
  type Admit,
  type Admitted,
  type Authenticate,
  byApplicationKeys,
  command,
  missingPermission,
  openDoor,
  requireIntegrationKey,
  sendAnswer,
  toCall,
  toKey,
  toRefusal,
} from './door.ts'
export {
  type FieldFilter,
  type FilterPlace,
  filterRefusal,
  readFilterTree,
} from './filter-tree.ts'
export { type FilterField, toFilterCondition } from './filters.ts'
export {
  type Answer,
  type IdempotencyKey,
  sweepIdempotencyKeys,
} from './idempotency.ts'
export { type Order, PAGE_QUERY, type Page, parseOrder, parsePage, toListView } from './list.ts'
export {
  isOpenProject,
  type ManagementDoorDeps,
  openManagementDoor,
  requireOrganization,
  toManager,
} from './management-door.ts'
export { missingRoutes } from './missing.routes.ts'
export { isTrue } from './query-flag.ts'
export { type CsvRow, parseCsvUpload, uploadRoutes } from './read-csv-upload.ts'
