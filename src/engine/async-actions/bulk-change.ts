import type { ApiError } from '../../kernel/api-error.ts'
import type { Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { Call } from '../context.ts'
import { type AsyncJob, asyncJob, type ItemFailure } from './async-action.ts'

/** What came of an item: whether what it names was there before, and why it could not be changed. */
export type ItemOutcome = { isFound: boolean; error?: ApiError }

/** Over what a change in bulk goes, and what it does with a part of that. */
type BulkChange<Input, Item> = {
  /** What names the items: their column in the report, and their key in errors. */
  name: 'code' | 'source_id'
  itemsOf(input: Input): readonly Item[]
  nameOf(item: Item): string
  /** The outcome of each item, in order. */
  work(tx: Tx, call: Call, items: readonly Item[], input: Input): Promise<readonly ItemOutcome[]>
}

const toError = (
  { name, value }: { name: string; value: string },
  { key, message, context }: ApiError,
): ItemFailure => ({ [name]: value, key, message, details: context.details ?? message })

/**
 * A job that changes what its input names, a part of it in each step; each item succeeds or fails by itself. Its report says
 * of each whether it was found, and whether it was changed (C-30).
 */
export function bulkChangeJob<Input, Item>(
  type: AsyncJob['type'],
  { name, itemsOf, nameOf, work }: BulkChange<Input, Item>,
): AsyncJob {
  return asyncJob<Input, number>({
    type,
    failuresAs: 'errors',
    reportColumns: [name, 'found', 'updated'],
    start: 0,
    async step(tx, { call, input, state }) {
      const all = itemsOf(input)
      const end = state + LIMITS.asyncActionItemsPerStep
      const items = all.slice(state, end)
      const outcomes = await work(tx, call, items, input)
      const told = outcomes.map((outcome, index) => ({
        ...outcome,
        value: nameOf(items[index] as Item),
      }))
      const failed = told.flatMap(({ value, error }) =>
        error ? [toError({ name, value }, error)] : [],
      )
      return {
        state: end,
        done: items.length - failed.length,
        failed,
        isDone: end >= all.length,
        report: told.map(({ value, isFound, error }) => [value, String(isFound), String(!error)]),
      }
    },
  })
}
