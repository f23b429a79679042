import { describe, expect, it } from 'vitest'
import { newSortableId, sortableIdAt } from './ids.ts'

const NOW_MS = Date.parse('2026-11-29T12:00:00Z')

describe('newSortableId', () => {
  it('makes ids that follow one another, in one millisecond and over a corrected clock', () => {
    const times = [NOW_MS, NOW_MS, NOW_MS + 5, NOW_MS - 59_000, NOW_MS + 6]
    const ids = times.map((ms) => newSortableId('occurrence', ms))
    expect([...ids].sort()).toEqual(ids)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('follows a clock that was far ahead, so that what is made now is found around now', () => {
    newSortableId('occurrence', NOW_MS + 3_600_000)
    const id = newSortableId('occurrence', NOW_MS)
    expect(id >= sortableIdAt('occurrence', NOW_MS)).toBe(true)
    expect(id < sortableIdAt('occurrence', NOW_MS + 1)).toBe(true)
  })
})
