import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compileFilter } from './compile-filter.ts'
import { compileRules } from './compile-rules.ts'
import type { FilterEvent } from './filter.ts'

const README = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8')
const blocks = [...README.matchAll(/```json\n([\s\S]*?)```/g)].map((found) =>
  JSON.parse(found[1] ?? ''),
)
const [EVENT] = blocks as [FilterEvent]

/** The rows of every table: the filter, and `yes`, `no` or `refused`. */
const examples = [...README.matchAll(/^\| `(.*?)` \| (yes|no|refused) \|/gm)].map(
  ([, filter = '', holds = '']) => ({ filter, holds }),
)

describe('README.md', () => {
  it('has examples', () => {
    expect(examples.length).toBeGreaterThan(50)
  })

  it.each(examples)('tells the truth about $filter', ({ filter, holds }) => {
    const compiled = compileFilter(filter)
    const answer = compiled.ok && compiled.matches(EVENT) ? 'yes' : 'no'
    expect(compiled.ok ? answer : 'refused').toBe(holds)
  })

  it('tells the truth about actions', () => {
    const [event, actions, seen] = blocks
    const rules = compileRules([{ title: 'Example', condition: 'all', actions }])
    expect(rules?.keptBackBy(event)).toBeUndefined()
    expect(rules?.toVisible(event)).toEqual(seen)
  })
})
