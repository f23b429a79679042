import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calculateBatches } from './calculate-batches.ts'

type Call = {
  id: number
  batch: { key: string; callsMax: number; bytesMax: number }
  payload: string
}

let id = 0
const call = (key: string, { callsMax = 10, bytesMax = 1_000, payload = 'x' } = {}): Call => {
  id += 1
  return { id, batch: { key, callsMax, bytesMax }, payload }
}

const queues = fc.array(
  fc.array(
    fc
      .record({
        key: fc.constantFrom('a', 'b', 'c'),
        payload: fc.string({ maxLength: 30 }),
      })
      .map(({ key, payload }) => call(key, { callsMax: 3, bytesMax: 40, payload })),
    { minLength: 1, maxLength: 8 },
  ),
  { maxLength: 8 },
)

describe('calculateBatches', () => {
  it('puts the first calls of many persons together', () => {
    const [a, b, c] = [call('k'), call('k'), call('k')]
    expect(calculateBatches([[a, b], [c]], 10)).toEqual([[a, b, c]])
  })

  it('ends a person’s part where a call belongs elsewhere', () => {
    const [a, other, b] = [call('k'), call('other'), call('k')]
    expect(calculateBatches([[a, other, b]], 10)).toEqual([[a]])
  })

  it('takes a call alone that is larger than a batch may be (§6.3.4)', () => {
    const large = call('k', { bytesMax: 5, payload: 'longer than five' })
    const next = call('k', { bytesMax: 5 })
    expect(calculateBatches([[large, next]], 10)).toEqual([[large]])
  })

  it('keeps to the limits, to one key a batch, and to everybody’s order', () => {
    fc.assert(
      fc.property(queues, fc.integer({ min: 1, max: 4 }), (persons, callsOfPersonMax) => {
        const batches = calculateBatches(persons, callsOfPersonMax)
        for (const batch of batches) {
          expect(new Set(batch.map(({ batch: { key } }) => key)).size).toBe(1)
          expect(batch.length).toBeLessThanOrEqual(3)
          const bytes = batch.map(({ payload }) => Buffer.byteLength(JSON.stringify(payload)))
          if (batch.length > 1)
            expect(bytes.reduce((total, size) => total + size, 0)).toBeLessThanOrEqual(40)
        }
        for (const queue of persons) {
          const sent = batches
            .map((batch) => batch.filter((one) => queue.includes(one)))
            .filter((part) => part.length > 0)
          // All that is sent of a person is in one batch, begins with the first call and has no gap.
          expect(sent.length).toBe(1)
          expect(sent[0]).toEqual(queue.slice(0, sent[0]?.length))
          expect(sent[0]?.length).toBeLessThanOrEqual(callsOfPersonMax)
        }
      }),
    )
  })
})
