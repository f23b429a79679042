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
    let weight = 0
    let count = 0
    for (const waiting of queue) {
      weight += weigh(waiting.item)
      if (count > 0 && weight > itemsMax) break
      count += 1
    }
    const batch = queue.slice(0, count)
    queue = queue.slice(count)
    return batch
  }

  async function runSingly(batch: Waiting<Item, Answer>[]): Promise<void> {
    for (const waiting of batch) {
      try {
        const [answer] = await run([waiting.item])
        waiting.resolve(answer as Answer)
      } catch (cause) {
        waiting.reject(cause)
      }
    }
  }

  async function settle(batch: Waiting<Item, Answer>[]): Promise<void> {
    if (batch.length === 1) return runSingly(batch)
    let answers: Answer[]
    try {
      answers = await run(batch.map((waiting) => waiting.item))
    } catch (cause) {
      if (isUndone(cause)) return runSingly(batch)
      for (const waiting of batch) waiting.reject(cause)
      return
    }
    for (const [index, waiting] of batch.entries()) waiting.resolve(answers[index] as Answer)
  }

  function pump(): void {
    while (inFlight < inFlightMax && queue.length > 0) {
      inFlight += 1
      void settle(takeBatch()).finally(() => {
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
