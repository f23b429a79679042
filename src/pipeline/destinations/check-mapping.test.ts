import { describe, expect, it } from 'vitest'
import { ApiError } from '../../kernel/api-error.ts'
import { checkMapping, inspectMapping, type MappingText } from './check-mapping.ts'
import type { ActionDefinition } from './definition.ts'

const action: ActionDefinition = {
  title: ' Greet',
  description: 'Greets somebody.',
  defaultTrigger: 'type = "track"',
  fields: {
    who: {
      label: 'Who',
      type: 'object',
      required: true,
      properties: {
        id: { label: 'Id', type: 'string', required: true },
        name: { label: 'Name', type: 'string' },
      },
    },
    words: { label: 'Words', type: 'string' },
  },
  toRequest: () => ({ reason: 'INVALID_SETTINGS', message: 'nobody is asked' }),
}
const inspect = (text: Partial<MappingText>) =>
  inspectMapping(action, { trigger: 'type = "track"', mapping: { who: { id: 'a' } }, ...text })
const places = (text: Partial<MappingText>) => inspect(text).problems.map(({ path }) => path)

describe('inspectMapping', () => {
  it('has nothing to say about a mapping with all that is required', () => {
    expect(inspect({})).toEqual({ problems: [], warnings: [] })
  })

  it.each([
    [{}, ['/mapping/who']],
    [{ who: null }, ['/mapping/who']],
    [{ who: '' }, ['/mapping/who']],
    [{ who: {} }, ['/mapping/who/id']],
    [{ who: { id: '', name: 'A' } }, ['/mapping/who/id']],
  ])('names the required fields that %j leaves out (§11.4.3)', (mapping, expected) => {
    expect(places({ mapping })).toEqual(expected)
  })

  it.each([
    { who: { '@path': '$.properties.who' } },
    { who: { id: { '@path': '$.nowhere' } } },
    { who: { id: 0 } },
    { '@merge': { direction: 'right', objects: [{ '@path': '$.properties' }] } },
  ])('leaves it to the event what %j will yield', (mapping) => {
    expect(places({ mapping })).toEqual([])
  })

  it('names the place of a directive that does not exist', () => {
    const mapping = { who: { id: { '@nobody': 1 } } }
    expect(places({ mapping })).toEqual([expect.stringContaining('/mapping/who/id')])
  })

  it('tells values apart that would never be sent', () => {
    const { warnings } = inspect({ mapping: { who: { id: 'a' }, wrods: 'hello', _metadata: {} } })
    expect(warnings).toEqual([
      { path: '/mapping/wrods', message: expect.stringContaining('Greet') },
    ])
  })

  it('says how a trigger is read that looks otherwise, and what was probably meant (D-10)', () => {
    const { warnings } = inspect({ trigger: 'type = "track" or type = "page" and event = "a"' })
    expect(warnings).toEqual([
      {
        path: '/trigger',
        message: expect.any(String),
        suggestion: 'type = "track" or (type = "page" and event = "a")',
      },
    ])
  })
})

describe('checkMapping', () => {
  it('refuses with every problem and its place at once', () => {
    const check = () => checkMapping(action, { trigger: 'colour = "blue"', mapping: {} })
    expect(check).toThrow(ApiError)
    try {
      check()
    } catch (error) {
      const details = error instanceof ApiError ? error.context.details : undefined
      expect(details).toMatch(/^\/trigger: .*\(at character 1\); \/mapping\/who: /)
    }
  })
})
