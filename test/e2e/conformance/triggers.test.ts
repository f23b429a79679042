import fc from 'fast-check'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import {
  someEvent,
  someTriggerText,
} from '../../../src/pipeline/triggers/arbitrary-trigger.fixture.ts'
import { compileTrigger, type TriggerEvent } from '../../../src/pipeline/triggers/index.ts'
import { CHANGED_ROWS, SPEC_ROWS } from '../../../src/pipeline/triggers/spec-rows.fixture.ts'
import { requirePeer } from '../../support/peers.ts'

type Subscription = { error?: Error }
type Published = {
  parseFql(text: string): Subscription
  validate(subscription: Subscription, event: TriggerEvent): boolean
}
type Lex = (text: string) => { tokens: { type: string; value: string }[] }

const RUNS = 10_000
const someEvents = fc.array(someEvent, { minLength: 3, maxLength: 3 })
/** Asks for an inherited member, which only the published package finds. */
const INHERITED = /\.\s*constructor/

describe.skipIf(!inject('hasPeers'))('@segment/destination-subscriptions and our triggers', () => {
  let published: Published
  let lex: Lex
  beforeAll(() => {
    published = requirePeer('@segment/destination-subscriptions') as Published
    lex = (requirePeer('@segment/fql-ts') as { lex: Lex }).lex
  })

  /** Its answer; undefined when it throws, as it does at parentheses without a condition. */
  function answer(subscription: Subscription, event: TriggerEvent): boolean | undefined {
    try {
      return published.validate(subscription, event)
    } catch {
      return undefined
    }
  }

  /** Whether the answers of the two can be held against each other. */
  const isComparable = (text: string, subscription: Subscription): boolean =>
    subscription.error === undefined &&
    !INHERITED.test(text) &&
    !lex(text).tokens.some(({ type, value }) => type === 'string' && value.startsWith("'"))

  /** Holds our reading of `rewrite(text)` against the published one of `text`. */
  function compareReadings(rewrite: (text: string) => string): void {
    const count = { accepted: 0, fired: 0 }
    const compare = (text: string, events: readonly TriggerEvent[]): void => {
      const subscription = published.parseFql(text)
      if (!isComparable(text, subscription)) return
      const trigger = compileTrigger(rewrite(text))
      expect(trigger).toMatchObject({ ok: true })
      const expected = events.map((event) => answer(subscription, event))
      const actual = events.map((event, index) =>
        expected[index] === undefined ? undefined : trigger.ok && trigger.matches(event),
      )
      expect(actual).toEqual(expected)
      count.accepted += 1
      count.fired += expected.filter(Boolean).length
    }
    fc.assert(fc.property(someTriggerText, someEvents, compare), { numRuns: RUNS })
    // A comparison of nothing must not pass.
    expect(count.accepted).toBeGreaterThan(RUNS / 3)
    expect(count.fired).toBeGreaterThan(RUNS / 10)
  }

  it('agree on every text that the package accepts (D-10)', () => {
    compareReadings((text) => text)
  })

  it('agree on single quotes here where double quotes stand there (D-10)', () => {
    compareReadings((text) => (text.includes("'") ? text : text.replaceAll('"', "'")))
  })

  it.each(SPEC_ROWS)('agree on $id, $text (§4.5)', ({ text, event }) => {
    const subscription = published.parseFql(text)
    const trigger = compileTrigger(text)
    expect(trigger.ok).toBe(subscription.error === undefined)
    expect(trigger.ok && trigger.matches(event)).toBe(published.validate(subscription, event))
  })

  it.each(CHANGED_ROWS)('part on $id, $text, as $because (§4.5, D-10)', ({ text, event }) => {
    expect(published.validate(published.parseFql(text), event)).toBe(false)
    expect(compileTrigger(text).ok).toBe(true)
  })
})
