import { ApiError } from '../../kernel/api-error.ts'
import type { Tx } from '../../platform/db.ts'
import type { Call } from '../context.ts'
import { toRefusal } from './door.ts'
import {
  type Answer,
  claimIdempotencyKeys,
  type IdempotencyKey,
  saveIdempotencyAnswers,
} from './idempotency.ts'

type Keyed = { call: Call; key: IdempotencyKey | undefined }

const keyText = ({ projectId, scope, key }: IdempotencyKey): string =>
  JSON.stringify([projectId, scope, key])

/**
 * Answers a batch so that each idempotency key works once (D-17): `work` runs for the items whose key is
 * new, and answers them in order; the others, twins within the batch included, get the answer their key
 * was given. Everything happens in `tx`.
 */
export async function answerOnce<Item extends Keyed>(
  tx: Tx,
  items: readonly Item[],
  work: (fresh: Item[]) => Promise<Answer[]>,
): Promise<Answer[]> {
  const answers = new Map<Item, Answer>()
  const leaders = toLeaders(items)
  const claimants = [...leaders.values()]
  const keys = claimants.flatMap(({ key }) => (key ? [key] : []))
  const earlier = await claimIdempotencyKeys(tx, keys, items[0]?.call.now ?? new Date(0))
  for (const [index, claimant] of claimants.entries()) {
    const answer = earlier[index]
    if (answer) answers.set(claimant, toAnswer(answer, claimant.call))
  }

  const fresh = items.filter((item) => isLeader(item, leaders) && !answers.has(item))
  const worked = fresh.length > 0 ? await work(fresh) : []
  for (const [index, item] of fresh.entries()) answers.set(item, worked[index] as Answer)
  saveIdempotencyAnswers(
    tx,
    fresh.flatMap((item, index) =>
      item.key ? [{ key: item.key, answer: worked[index] as Answer }] : [],
    ),
  )
  return items.map((item) => answers.get(item) ?? repeat(item, leaders, answers))
}

/** The first item of each key. */
function toLeaders<Item extends Keyed>(items: readonly Item[]): Map<string, Item> {
  const leaders = new Map<string, Item>()
  for (const item of items) {
    if (item.key && !leaders.has(keyText(item.key))) leaders.set(keyText(item.key), item)
  }
  return leaders
}

const isLeader = <Item extends Keyed>(item: Item, leaders: ReadonlyMap<string, Item>): boolean =>
  !item.key || leaders.get(keyText(item.key)) === item

const toAnswer = (answer: Answer | ApiError, call: Call): Answer =>
  answer instanceof ApiError ? toRefusal(answer, call) : answer

/** A twin gets what its leader got, unless it asked for something else. */
function repeat<Item extends Keyed>(
  { key, call }: Item,
  leaders: ReadonlyMap<string, Item>,
  answers: ReadonlyMap<Item, Answer>,
): Answer {
  const leader = key && leaders.get(keyText(key))
  if (key && leader?.key?.requestHash.equals(key.requestHash)) return answers.get(leader) as Answer
  const reused = new ApiError('idempotency_key_reused', {
    details: 'This Idempotency-Key was used for another request in the last 24 hours',
  })
  return toRefusal(reused, call)
}
