import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../platform/limits.ts'
import { toBatches } from './to-batches.ts'

const aCall = (id: number, person: string, bytes = 1_000) => ({ id, person, bytes })
const idsOf = (batches: { id: number }[][]): number[][] =>
  batches.map((batch) => batch.map(({ id }) => id))

describe('toBatches', () => {
  it('puts 30 calls into 2 batches of 15 (§17.5, programs scenario 109)', () => {
    const calls = Array.from({ length: 30 }, (_, id) => aCall(id, `person ${id}`))
    expect(toBatches(calls, 4).map((batch) => batch.length)).toEqual([15, 15])
  })

  it('starts another batch where the bytes of one are used up (§17.5)', () => {
    const calls = [0, 1, 2].map((id) => aCall(id, `person ${id}`, 200_000))
    expect(idsOf(toBatches(calls, 4))).toEqual([[0, 1], [2]])
  })

  it('leaves the rest of a person for later rather than send it side by side', () => {
    const calls = Array.from({ length: 20 }, (_, id) => aCall(id, id === 17 ? 'bob' : 'ada'))
    const [first, second, third] = idsOf(toBatches(calls, 4))
    expect(first).toEqual(Array.from({ length: 15 }, (_, id) => id))
    expect(second).toEqual([17])
    expect(third).toBeUndefined()
  })

  it('lets no later call of a person pass one that found no place', () => {
    const calls = [
      aCall(0, 'ada', 400_000),
      aCall(1, 'ada', 100_000),
      aCall(2, 'ada', 10),
      aCall(3, 'bob', 10),
    ]
    expect(idsOf(toBatches(calls, 4))).toEqual([[0, 3]])
  })

  it('keeps the limits, the persons apart and their calls in order, whatever the calls', () => {
    const anyCall = fc.record({
      person: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      bytes: fc.oneof(
        fc.integer({ min: 1, max: 32_000 }),
        fc.integer({ min: 1, max: LIMITS.sourceBatchBytesMax }),
      ),
    })
    fc.assert(
      fc.property(
        fc.array(anyCall, { maxLength: 100 }),
        fc.integer({ min: 1, max: 5 }),
        (anyCalls, max) => {
          const calls = anyCalls.map((call, id) => ({ ...call, id }))
          const batches = toBatches(calls, max)
          expect(batches.length).toBeLessThanOrEqual(max)
          for (const batch of batches) {
            expect(batch.length).toBeLessThanOrEqual(LIMITS.sourceBatchEventsMax)
            const bytes = batch.reduce((sum, call) => sum + call.bytes, 0)
            expect(bytes).toBeLessThan(LIMITS.sourceBatchBytesMax)
          }
          for (const person of ['a', 'b', 'c', 'd', 'e']) {
            const own = batches.filter((batch) => batch.some((call) => call.person === person))
            expect(own.length).toBeLessThanOrEqual(1)
            const sent = (own[0] ?? []).filter((call) => call.person === person)
            const all = calls.filter((call) => call.person === person)
            // What is sent is the beginning of what there is: nobody is overtaken.
            expect(sent).toEqual(all.slice(0, sent.length))
          }
        },
      ),
    )
  })

  it('always sends something when there is something to send', () => {
    expect(toBatches([aCall(1, 'ada', LIMITS.sourceEventBytesMax)], 1)).toHaveLength(1)
    expect(toBatches([], 4)).toEqual([])
  })
})
