import { randomFillSync } from 'node:crypto'
import { type CodeConfig, fillPattern } from './code-config.ts'

/** Random numbers are drawn by the thousand: a system call for each would cost more than everything else. */
const POOL_NUMBERS = 16_384
const NUMBERS = 2 ** 32

/**
 * `count` random codes of the form `config` describes, every one equally likely and none to be foreseen. The same code
 * may come twice: whether one is free is for whoever stores them to find out.
 */
export function generateCodes(config: CodeConfig, count: number): string[] {
  const pickIndex = createPicker()
  return Array.from({ length: count }, () => fillPattern(config, pickIndex))
}

function createPicker(): (count: number) => number {
  const pool = new Uint32Array(POOL_NUMBERS)
  let used = POOL_NUMBERS
  return (count) => {
    // What is left over at the top would make the first characters likelier.
    const limit = NUMBERS - (NUMBERS % count)
    for (;;) {
      if (used === POOL_NUMBERS) {
        randomFillSync(pool)
        used = 0
      }
      const number = pool[used] as number
      used += 1
      if (number < limit) return number % count
    }
  }
}
