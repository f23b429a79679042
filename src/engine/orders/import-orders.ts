import { ApiError } from '../../kernel/api-error.ts'
import { type AsyncJob, asyncJob } from '../async-actions/index.ts'
import type { OrderBody } from './order-body.schema.ts'
import { upsertOrders } from './upsert-orders.ts'

const ORDERS_A_STEP = 50

/** Imports orders without telling anybody (R-ORD-09). */
export const ORDER_JOBS: readonly AsyncJob[] = [
  asyncJob<OrderBody[], number>({
    type: 'ORDERS.IMPORT',
    start: 0,
    async step(tx, { call, input, state, doneCount, failedCount }) {
      const bodies = input.slice(state, state + ORDERS_A_STEP)
      const outcomes = await upsertOrders(tx, call, bodies, { isImport: true })
      const failed = outcomes.flatMap((outcome, index) =>
        outcome instanceof ApiError
          ? [
              {
                source_id: bodies[index]?.source_id ?? null,
                reason: outcome.context.details ?? outcome.message,
              },
            ]
          : [],
      )
      const done = bodies.length - failed.length
      return {
        state: state + bodies.length,
        done,
        failed,
        isDone: state + bodies.length >= input.length,
        message: `${doneCount + done} order(s) imported successfully, ${failedCount + failed.length} failed.`,
      }
    },
  }),
]
