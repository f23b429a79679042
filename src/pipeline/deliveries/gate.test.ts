import { describe, expect, it } from 'vitest'
import { createGate } from './gate.ts'

describe('createGate', () => {
  it('never runs more tasks at a time than it has places, and runs them all (§7.4.4)', async () => {
    const gate = createGate(3)
    let running = 0
    let most = 0
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        gate.run(async () => {
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

  it('gives new places to whoever waits, and takes places away as tasks end', async () => {
    const gate = createGate(1)
    const ends: (() => void)[] = []
    const started: number[] = []
    const all = [0, 1, 2, 3].map((index) =>
      gate.run(async () => {
        started.push(index)
        await new Promise<void>((resolve) => ends.push(resolve))
      }),
    )
    const endNext = async (): Promise<void> => {
      ends.shift()?.()
      await new Promise((resolve) => setImmediate(resolve))
    }
    gate.resize(2)
    await new Promise((resolve) => setImmediate(resolve))
    expect(started).toEqual([0, 1])
    gate.resize(1)
    await endNext()
    expect(started).toEqual([0, 1])
    await endNext()
    expect(started).toEqual([0, 1, 2])
    await endNext()
    await endNext()
    await Promise.all(all)
  })

  it('counts the places that a task needs, and lets nobody pass who came later', async () => {
    const gate = createGate(4)
    const ends = new Map<string, () => void>()
    const begin = (name: string, placesNeeded: number) =>
      gate.run(() => new Promise<void>((resolve) => ends.set(name, resolve)), placesNeeded)
    const end = async (name: string): Promise<void> => {
      ends.get(name)?.()
      await new Promise((resolve) => setImmediate(resolve))
    }
    const all = [begin('three', 3), begin('two', 2), begin('one', 1), begin('nine', 9)]
    expect([...ends.keys()]).toEqual(['three'])
    await end('three')
    expect([...ends.keys()]).toEqual(['three', 'two', 'one'])
    await end('two')
    expect(ends.has('nine')).toBe(false)
    // More than there are: alone.
    await end('one')
    expect(ends.has('nine')).toBe(true)
    await end('nine')
    await Promise.all(all)
  })

  it('frees the place of a task that failed', async () => {
    const gate = createGate(1)
    await expect(gate.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    await expect(gate.run(() => Promise.resolve('yes'))).resolves.toBe('yes')
  })
})
