import type { Json } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import type { AsyncAction } from './async-action.ts'

/** The action as a list shows it (engine-core §6): progress in percent, the time it took in milliseconds. */
export function toListedAction(action: AsyncAction): { [key: string]: Json } {
  const { startedAt, finishedAt, updatedAt } = action
  return {
    id: action.id,
    type: action.type,
    status: action.status,
    operation_status: action.operationStatus,
    request_id: action.requestId,
    created_at: toIso(action.createdAt),
    updated_at: updatedAt === null ? null : toIso(updatedAt),
    progress: toPercent(action),
    processing_time:
      startedAt === null || finishedAt === null ? null : finishedAt.getTime() - startedAt.getTime(),
    object: 'async_action',
  }
}

/** The action by itself: with what came of it. `address` is where its report is fetched. */
export function toAsyncActionView(
  action: AsyncAction,
  address: string,
): { [key: string]: Json | undefined } {
  const { id, result } = action
  const report = result?.['reports_available_till'] !== undefined && {
    reports: [`${address}/v1/async-actions/${id}/report`],
  }
  return { ...toListedAction(action), result: result && ({ ...result, ...report } as Json) }
}

function toPercent({ finishedAt, doneCount, failedCount, totalCount }: AsyncAction): number {
  if (finishedAt !== null) return 100
  return totalCount ? Math.min(99, Math.floor((100 * (doneCount + failedCount)) / totalCount)) : 0
}
