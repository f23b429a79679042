/** Runs one batch; must answer every item, in order. */
type RunBatch<Item, Answer> = (items: Item[]) => Promise<Answer[]>

type Waiting<Item, Answer> = {
  item: Item
  resolve: (answer: Answer) => void
  reject: (cause: unknown) => void
}

export type Batcher<Item, Answer> = {
  /** Joins the batch that is being collected and settles with this item's own answer. */
  submit(item: Item): Promise<Answer>
  /** Resolves once everything submitted so far has been answered. */
  drained(): Promise<void>
}

export type BatcherOptions<Item> = {
  itemsMax: number
  inFlightMax: number
  /** How much of `itemsMax` an item uses; 1 when not given. */
  weigh?: (item: Item) => number
  /**
   * Whether a batch that threw `error` surely had no effect, so that its items may be run again one by
   * one; always when not given. Otherwise all of them are rejected with the error.
   */
  isUndone?: (error: unknown) => boolean
}

/**
 * Collects items while earlier batches are in flight and runs them together: nothing waits when idle,
 * everything shares a commit when busy. When a batch of several items throws an error that `isUndone`, its
 * items are run one by one, so that one bad item fails alone.
 */
export function createBatcher<Item, Answer>(
  { itemsMax, inFlightMax, weigh = () => 1, isUndone = () => true }: BatcherOptions<Item>,
  run: RunBatch<Item, Answer>,
): Batcher<Item, Answer> {
  let queue: Waiting<Item, Answer>[] = []
  let inFlight = 0
  const idleListeners: (() => void)[] = []

  function takeBatch(): Waiting<Item, Answer>[] {
    const count = countWithin(queue, itemsMax, weigh)
    const batch = queue.slice(0, count)
    queue = queue.slice(count)
    return batch
  }

  function pump(): void {
    while (inFlight < inFlightMax && queue.length > 0) {
      inFlight += 1
      void settle(takeBatch(), run, isUndone).finally(() => {
        inFlight -= 1
        pump()
      })
    }
    if (inFlight === 0) for (const listener of idleListeners.splice(0)) listener()
  }

  // One turn of the event loop lets all requests that have already arrived join the first batch.
  let pumpScheduled = false
  function schedulePump(): void {
    if (pumpScheduled) return
    pumpScheduled = true
    setImmediate(() => {
      pumpScheduled = false
      pump()
    })
  }

  return {
    submit: (item) =>
      new Promise((resolve, reject) => {
        queue.push({ item, resolve, reject })
        schedulePump()
      }),
    drained: () =>
      queue.length === 0 && inFlight === 0
        ? Promise.resolve()
        : new Promise((resolve) => idleListeners.push(resolve)),
  }
}

/** How many of the first in the queue weigh no more than `weightMax` together; one at least. */
function countWithin<Item>(
  queue: readonly { item: Item }[],
  weightMax: number,
  weigh: (item: Item) => number,
): number {
  let weight = 0
  let count = 0
  for (const { item } of queue) {
    weight += weigh(item)
    if (count > 0 && weight > weightMax) break
    count += 1
  }
  return count
}

async function settle<Item, Answer>(
  batch: readonly Waiting<Item, Answer>[],
  run: RunBatch<Item, Answer>,
  isUndone: (error: unknown) => boolean,
): Promise<void> {
  try {
    const answers = await run(batch.map(({ item }) => item))
    for (const [index, { resolve }] of batch.entries()) resolve(answers[index] as Answer)
  } catch (cause) {
    if (batch.length > 1 && isUndone(cause)) return settleSingly(batch, run)
    for (const { reject } of batch) reject(cause)
  }
}

async function settleSingly<Item, Answer>(
  batch: readonly Waiting<Item, Answer>[],
  run: RunBatch<Item, Answer>,
): Promise<void> {
  for (const { item, resolve, reject } of batch) {
    try {
      const [answer] = await run([item])
      resolve(answer as Answer)
    } catch (cause) {
      reject(cause)
    }
  }
}
