import { describe, expect, it } from 'vitest'
import { type Example, SAMPLE_EVENT } from './examples/example.fixture.ts'
import { EXAMPLES } from './examples/examples.fixture.ts'
import { compileMapping, MappingError } from './index.ts'

/** The result as JSON text, or how it failed. */
function run(mapping: unknown, event: unknown): Example[2] {
  try {
    return JSON.stringify(compileMapping(mapping as never)(event as never)) ?? 'undefined'
  } catch (error) {
    if (!(error instanceof MappingError)) throw error
    return { fails: error.message }
  }
}

const casesOf = (examples: readonly Example[]) =>
  examples.map(([id, mapping, outcome, event = SAMPLE_EVENT]) => ({ id, mapping, outcome, event }))

describe.each(Object.entries(EXAMPLES))(
  'a mapping means what was executed: %s',
  (_group, examples) => {
    it.each(casesOf(examples))('$id: $mapping', ({ mapping, outcome, event }) => {
      expect(run(JSON.parse(mapping), JSON.parse(event))).toEqual(outcome)
    })
  },
)

describe('values that JSON cannot say', () => {
  const epoch = new Date(0)

  it.each<[string, unknown, unknown, string]>([
    ['st11: a function stays what it is', { a: () => 1 }, {}, '{}'],
    ['st14: an undefined member is left out', { a: undefined, b: 1 }, {}, '{"b":1}'],
    ['x13: a date by path', { v: { '@path': 'ts' } }, { ts: epoch }, `{"v":"${epoch.toJSON()}"}`],
    [
      'x14: a date in a template',
      { v: { '@template': '{{ts}}' } },
      { ts: epoch },
      `{"v":"${epoch}"}`,
    ],
  ])('%s', (_case, mapping, event, result) => {
    expect(run(mapping, event)).toBe(result)
  })
})
