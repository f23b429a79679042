import { describe, expect, it } from 'vitest'
import { createBatcher } from './batcher.ts'

/** A batch runner whose batches finish when the test says so. */
function heldRunner() {
  const batches: { items: number[]; finish: () => void; fail: () => void }[] = []
  const run = (items: number[]): Promise<number[]> =>
    new Promise((resolve, reject) => {
      batches.push({
        items,
        finish: () => resolve(items.map((item) => item * 10)),
        fail: () => reject(new Error('batch failed')),
      })
    })
  return { batches, run }
}

const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))

describe('createBatcher', () => {
  it('collects what arrives while a batch is in flight, and answers each item with its own answer', async () => {
    const { batches, run } = heldRunner()
    const batcher = createBatcher<number, number>({ itemsMax: 10, inFlightMax: 1 }, run)

    const first = batcher.submit(1)
    await turn()
    const later = [2, 3, 4].map((item) => batcher.submit(item))
    await turn()
    expect(batches.map((batch) => batch.items)).toEqual([[1]])

    batches[0]?.finish()
    expect(await first).toBe(10)
    await turn()
    expect(batches[1]?.items).toEqual([2, 3, 4])
    batches[1]?.finish()
    expect(await Promise.all(later)).toEqual([20, 30, 40])
  })

  it('keeps to the weight of a batch, but lets a single heavier item through', async () => {
    const batches: number[][] = []
    const batcher = createBatcher<number, number>(
      { itemsMax: 5, inFlightMax: 1, weigh: (item) => item },
      async (items) => {
        batches.push(items)
        return items
      },
    )
    await Promise.all([9, 3, 2, 1].map((item) => batcher.submit(item)))
    expect(batches).toEqual([[9], [3, 2], [1]])
  })

  it('runs the items of a failed batch one by one, so that only the bad one fails', async () => {
    const batcher = createBatcher<number, number>(
      { itemsMax: 10, inFlightMax: 1 },
      async (items) => {
        if (items.includes(13)) throw new Error('unlucky')
        return items
      },
    )
    const answers = await Promise.allSettled([1, 13, 3].map((item) => batcher.submit(item)))
    expect(answers.map((answer) => answer.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })

  it('runs nothing again, and rejects all, when a failed batch may have had its effect', async () => {
    const { batches, run } = heldRunner()
    const batcher = createBatcher<number, number>(
      { itemsMax: 10, inFlightMax: 1, isUndone: () => false },
      run,
    )
    const answers = Promise.allSettled([1, 2, 3].map((item) => batcher.submit(item)))
    await turn()
    batches[0]?.fail()
    const statuses = (await answers).map((answer) => answer.status)
    expect(statuses).toEqual(['rejected', 'rejected', 'rejected'])
    expect(batches).toHaveLength(1)
  })

  it('is drained only when nothing waits and nothing is in flight', async () => {
    const { batches, run } = heldRunner()
    const batcher = createBatcher<number, number>({ itemsMax: 1, inFlightMax: 1 }, run)
    const answers = [batcher.submit(1), batcher.submit(2)]
    let isDrained = false
    const drained = batcher.drained().then(() => {
      isDrained = true
    })
    await turn()
    batches[0]?.finish()
    await turn()
    expect(isDrained).toBe(false)
    batches[1]?.finish()
    await Promise.all([...answers, drained])
    expect(isDrained).toBe(true)
  })
})
