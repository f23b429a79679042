import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compileTrigger } from './compile-trigger.ts'
import type { TriggerEvent } from './trigger.ts'
import { triggerToText } from './trigger-to-text.ts'

const README = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8')
const EVENT = JSON.parse(/```json\n([\s\S]*?)```/.exec(README)?.[1] ?? '') as TriggerEvent

/** The rows of every table: the trigger, `yes`, `no` or `refused`, how it is read, and the codes of its warnings. */
const examples = [...README.matchAll(/^\| `(.*?)` \| (yes|no|refused) \| (.*?)\|(.*)$/gm)].map(
  ([, trigger = '', fires = '', readAs = '', warnings = '']) => ({
    trigger,
    fires,
    readAs: /`(.*)`/.exec(readAs)?.[1] ?? trigger,
    warnings: warnings.match(/\w+/g) ?? [],
  }),
)

describe('README.md', () => {
  it('has examples', () => {
    expect(examples.length).toBeGreaterThan(60)
  })

  it.each(examples)('tells the truth about $trigger', ({ trigger, fires, readAs, warnings }) => {
    const compiled = compileTrigger(trigger)
    if (!compiled.ok) {
      expect(fires).toBe('refused')
      return
    }
    expect(compiled.matches(EVENT) ? 'yes' : 'no').toBe(fires)
    expect(triggerToText(compiled.ast)).toBe(readAs)
    expect(compiled.warnings.map(({ code }) => code)).toEqual(warnings)
  })
})
