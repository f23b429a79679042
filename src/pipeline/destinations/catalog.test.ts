import { describe, expect, it } from 'vitest'
import { catalog, findDefinition } from './catalog.ts'
import { inspectMapping } from './check-mapping.ts'
import { type DestinationDefinition, defaultMapping, findAction } from './definition.ts'

/** What nobody but the owner of a destination can know may be left to them; anything else must be right. */
const LEFT_TO_THE_OWNER: Record<string, string[]> = { webhook: ['/mapping/url'] }

function expectComplete(
  { slug }: DestinationDefinition,
  { problems, warnings }: ReturnType<typeof inspectMapping>,
): void {
  expect(problems.map(({ path }) => path)).toEqual(LEFT_TO_THE_OWNER[slug] ?? [])
  expect(warnings).toEqual([])
}

describe('the catalog', () => {
  it('has one definition under each slug', () => {
    expect(new Set(catalog.map(({ slug }) => slug)).size).toBe(catalog.length)
    for (const definition of catalog) {
      expect(definition.slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
      expect(findDefinition(definition.slug)).toBe(definition)
    }
  })

  it('finds nothing under names that every object has', () => {
    expect(findDefinition('constructor')).toBeUndefined()
    for (const definition of catalog) expect(findAction(definition, 'toString')).toBeUndefined()
  })
})

describe.each(catalog)('$name', (definition) => {
  const actions = Object.entries(definition.actions)

  it.each(actions)('has a default trigger and mapping for %s that can be saved', (_key, action) => {
    const text = { trigger: action.defaultTrigger, mapping: defaultMapping(action) }
    expectComplete(definition, inspectMapping(action, text))
  })

  it.each(definition.presets)(
    'has a preset "$name" that can be saved',
    ({ action: key, ...text }) => {
      const action = findAction(definition, key)
      if (!action) throw new Error(`there is no action ${key}`)
      expectComplete(definition, inspectMapping(action, text))
    },
  )

  it('gives no two presets one name', () => {
    const names = definition.presets.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })
})
