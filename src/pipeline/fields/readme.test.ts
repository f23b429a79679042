import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compileFields, explainFields, type FieldDefinitions } from './index.ts'

const README = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8')

/** Each row of a table, with the fields that stand above it. */
const EXAMPLES = [...README.matchAll(/^```json\n([\s\S]*?)^```\n\n((?:\|.*\n)+)/gm)].flatMap(
  ([, fields = '', table = '']) =>
    [...table.matchAll(/^\| `(.*?)` \| (.*) \|$/gm)].map(([, payload = '', outcome = '']) => ({
      fields: JSON.parse(fields) as FieldDefinitions,
      payload,
      outcome,
    })),
)

describe('the README', () => {
  it('has examples, all of which are run', () => {
    expect(EXAMPLES.length).toBeGreaterThan(40)
    expect(EXAMPLES.length).toBe(README.match(/^\| `/gm)?.length)
  })

  it.each(EXAMPLES)('tells the truth about $payload', ({ fields, payload, outcome }) => {
    const result = compileFields(fields)(JSON.parse(payload))
    expect(result.ok ? `\`${JSON.stringify(result.value)}\`` : result.errors.join(' ')).toBe(
      outcome,
    )
    expect(explainFields(fields, JSON.parse(payload)).passed).toBe(result.ok)
  })
})
