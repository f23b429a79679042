import { describe, expect, it } from 'vitest'
import { calculateDoorGroups } from './calculate-door-groups.ts'

const front = { name: 'front' }
const back = { name: 'back' }
const doorOf = (call: string) => ({ f: front, b: back })[call.charAt(0)]

describe('calculateDoorGroups', () => {
  it('takes the first call of each person, and keeps to the size of a group', () => {
    const queues = [['f1', 'f1-later'], ['f2'], ['f3'], ['f4'], ['f5']]
    expect(calculateDoorGroups(queues, doorOf, 2)).toEqual([
      { calls: ['f1', 'f2'], door: front },
      { calls: ['f3', 'f4'], door: front },
      { calls: ['f5'], door: front },
    ])
  })

  it('keeps doors apart, and leaves out what has none', () => {
    const queues = [['f1'], ['b1'], ['x1', 'f9'], ['f2'], ['b2'], []]
    expect(calculateDoorGroups(queues, doorOf, 9)).toEqual([
      { calls: ['f1', 'f2'], door: front },
      { calls: ['b1', 'b2'], door: back },
    ])
  })
})
