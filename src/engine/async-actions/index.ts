/**
 * Work that goes on after its request was answered: imports, generation, bulk changes.
 * Start at async-action.ts (`asyncJob`); run-actions.ts does what `enqueueAsyncAction` stored.
 */

export { enqueueAsyncAction } from './async-action.repo.ts'
export { ASYNC_ACTION_LIST_QUERY, asyncActionRoutes } from './async-action.routes.ts'
export {
  ASYNC_ACTION_TYPES,
  type AsyncJob,
  asyncJob,
  type ItemFailure,
  type RunningAction,
  type Step,
} from './async-action.ts'
export { bulkChangeJob, type ItemOutcome } from './bulk-change.ts'
export { sweepReports } from './report.repo.ts'
export { runNextAction } from './run-actions.ts'
