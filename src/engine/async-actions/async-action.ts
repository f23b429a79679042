import type { Json, JsonObject } from '../../kernel/json.ts'
import type { Tx } from '../../platform/db.ts'
import type { Call } from '../context.ts'
import type { ReportLine } from './report.repo.ts'

/** What can go on after its request was answered (engine-core §6). */
export const ASYNC_ACTION_TYPES = [
  'CAMPAIGN.VOUCHERS_GENERATE',
  'CAMPAIGN.VOUCHERS_IMPORT',
  'CAMPAIGN.VOUCHERS_IMPORT_CSV',
  'CAMPAIGN.VOUCHERS_UPDATE',
  'CAMPAIGN.VOUCHERS_DELETE',
  // Not of the reference, which asks nobody to wait for it.
  'CAMPAIGN.LOYALTY_TIERS_REFRESH',
  'VOUCHERS.IMPORT',
  'VOUCHERS.IMPORT_CSV',
  'VOUCHERS.BULK_UPDATE',
  'VOUCHERS.METADATA_UPDATE',
  'CUSTOMERS.IMPORT_CSV',
  'CUSTOMERS.BULK_UPDATE',
  'CUSTOMERS.METADATA_UPDATE',
  // Not of the reference, which says nothing of how it erases.
  'CUSTOMERS.FORGET',
  'ORDERS.IMPORT',
  'PRODUCTS.IMPORT_CSV',
  'PRODUCTS.BULK_UPDATE',
  'PRODUCTS.METADATA_UPDATE',
  'SKUS.IMPORT_CSV',
  'CAMPAIGNS.METADATA_KEY_PURGE',
  'CUSTOMERS.METADATA_KEY_PURGE',
  'ORDERS.METADATA_KEY_PURGE',
  'PRODUCTS.METADATA_KEY_PURGE',
  'VOUCHERS.METADATA_KEY_PURGE',
] as const

export type AsyncActionType = (typeof ASYNC_ACTION_TYPES)[number]

export type AsyncAction = {
  id: string
  projectId: string
  type: string
  status: 'ENQUEUED' | 'IN_PROGRESS' | 'DONE' | 'FAILED'
  operationStatus: 'SUCCESS' | 'FAILED' | 'UNKNOWN'
  requestId: string
  doneCount: number
  failedCount: number
  /** How many items there are in all; null when that is not known before the end. */
  totalCount: number | null
  result: JsonObject | null
  startedAt: Date | null
  finishedAt: Date | null
  createdAt: Date
  updatedAt: Date | null
}

/** An item that could not be done: why, and what names it (`code`, `source_id`, `row`). */
export type ItemFailure = { [key: string]: Json }

/** What one step did. The counts are those of this step alone. */
export type Step<State> = {
  /** Where the next step goes on. */
  state: State
  done: number
  failed: readonly ItemFailure[]
  isDone: boolean
  /** It ends without having reached its aim, whatever was done of it. */
  isFailure?: boolean
  /** The sentence of the result, when it is done. */
  message?: string
  /** A line for each item, in the columns of the job's report. */
  report?: readonly ReportLine[]
}

/** The action as a step of its job sees it. */
export type RunningAction<Input, State> = {
  id: string
  /** On whose behalf; `now` is the time of the step. */
  call: Call
  input: Input
  state: State
  /** What earlier steps did. */
  doneCount: number
  failedCount: number
}

/** How actions of one type are done. */
export type AsyncJob = {
  type: AsyncActionType
  /** What the result calls what could not be done; the reference differs by type. */
  failuresAs?: 'failed' | 'errors'
  /** The columns of the report, where there is one. */
  reportColumns?: ReportLine
  /** The state before the first step. */
  start: unknown
  /**
   * Does a part of the work in `tx`, which commits it together with its progress: a worker that dies repeats
   * nothing and loses nothing. A step takes a second at most. An `ApiError` ends the action as failed; whatever
   * else is thrown is tried again a few times.
   */
  step(tx: Tx, action: RunningAction<unknown, unknown>): Promise<Step<unknown>>
}

/** The job of `type`, which was enqueued with an `Input` and keeps a `State` between its steps, both JSON. */
export function asyncJob<Input, State>(job: {
  type: AsyncActionType
  failuresAs?: 'failed' | 'errors'
  reportColumns?: ReportLine
  start: State
  step(tx: Tx, action: RunningAction<Input, State>): Promise<Step<State>>
}): AsyncJob {
  return {
    ...job,
    step: (tx, action) => job.step(tx, action as RunningAction<Input, State>),
  }
}
