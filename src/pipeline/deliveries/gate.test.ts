import { describe, expect, it } from 'vitest'
import { createGate } from './gate.ts'

describe('createGate', () => {
  it('never runs more tasks at a time than it has places, and runs them all (§7.4.4)', async () => {
    const gate = createGate(3)
    let running = 0
    let most = 0
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        gate(async () => {
          running += 1
          most = Math.max(most, running)
          await new Promise((resolve) => setImmediate(resolve))
          running -= 1
          return index
        }),
      ),
    )
    expect(most).toBe(3)
    expect(answers).toEqual(Array.from({ length: 20 }, (_, index) => index))
  })

  it('frees the place of a task that failed', async () => {
    const gate = createGate(1)
    await expect(gate(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    await expect(gate(() => Promise.resolve('yes'))).resolves.toBe('yes')
  })
})
