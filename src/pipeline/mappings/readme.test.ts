import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../../kernel/json.ts'
import { compileMapping, MappingError } from './index.ts'

const README = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8')

type Block = { kind: string; text: string }
type Example = { event: JsonObject; mapping: string; outcome: Block }

const blocks: Block[] = [
  ...README.matchAll(/^```(?:json|text) (event|mapping|result|error)\n([\s\S]*?)^```$/gm),
].map(([, kind = '', text = '']) => ({ kind, text: text.trim() }))

/** Each mapping with what follows it, for the event above it. */
function readExamples(): Example[] {
  const examples: Example[] = []
  let event: JsonObject = {}
  for (const [index, { kind, text }] of blocks.entries()) {
    if (kind === 'event') event = JSON.parse(text)
    const outcome = blocks[index + 1]
    if (kind === 'mapping' && outcome) examples.push({ event, mapping: text, outcome })
  }
  return examples
}

const examples = readExamples()

describe('the README', () => {
  it('has an outcome for every mapping', () => {
    expect(examples.length).toBeGreaterThan(20)
    expect(examples.filter(({ outcome }) => !['result', 'error'].includes(outcome.kind))).toEqual(
      [],
    )
  })

  it.each(examples)('tells the truth about $mapping', ({ event, mapping, outcome }) => {
    const run = (): Json | undefined => compileMapping(JSON.parse(mapping))(event)
    if (outcome.kind === 'error') expect(run).toThrow(new MappingError(outcome.text))
    else expect(JSON.parse(JSON.stringify(run()))).toEqual(JSON.parse(outcome.text))
  })
})
