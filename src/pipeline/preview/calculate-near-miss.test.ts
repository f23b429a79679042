import { describe, expect, it } from 'vitest'
import { compileTrigger, explainTrigger } from '../triggers/index.ts'
import { missingConditions } from './calculate-near-miss.ts'

function missing(text: string, event: Record<string, unknown>): string[] {
  const trigger = compileTrigger(text)
  if (!trigger.ok) throw new Error(trigger.message)
  return missingConditions(explainTrigger(trigger.ast, event)).map(({ what }) => what)
}

describe('missingConditions', () => {
  it('names every condition of "and" that does not hold', () => {
    const text = 'type = "track" and event = "Bought" and userId != "u1"'
    expect(missing(text, { type: 'track', event: 'Seen', userId: 'u2' })).toEqual([
      'event = "Bought"',
    ])
    expect(missing(text, { type: 'page' })).toEqual(['type = "track"', 'event = "Bought"'])
  })

  it('names those of the nearest alternative of "or"', () => {
    const text = 'type = "page" or (type = "track" and event = "Bought")'
    expect(missing(text, { type: 'track', event: 'Seen' })).toEqual(['type = "page"'])
    const both = '(type = "page" and name = "A") or (type = "track" and event = "Bought")'
    expect(missing(both, { type: 'track', event: 'Seen' })).toEqual(['event = "Bought"'])
  })

  it('names none when the trigger holds', () => {
    expect(missing('type = "track"', { type: 'track' })).toEqual([])
  })
})
