import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../kernel/json.ts'
import { catalog, type MappingJson } from '../destinations/index.ts'
import type { FilterRule } from '../filters/index.ts'
import { compileDestination, processBatch } from '../process-batch/index.ts'
import { type Draft, previewMapping } from './preview-mapping.ts'

const definition = catalog[0]
const action = definition?.actions['addCustomEvent']
if (!definition || !action) throw new Error('the catalog has no custom events')
const draft: Draft = {
  definition,
  settings: { apiKey: 'app', secretKey: 'sec', customURL: 'https://loop.example' },
  actionKey: 'addCustomEvent',
  action,
  trigger: 'type = "track"',
  mapping: {
    customer: { source_id: { '@path': '$.userId' } },
    event: { '@path': '$.event' },
    type: { '@path': '$.type' },
  },
  filters: [],
}
const event: JsonObject = { type: 'track', event: 'Bought', userId: 'ada', messageId: 'm1' }

const someTrigger = fc.constantFrom(
  'type = "track"',
  'type = "track" or type = "page"',
  'event = "Bought" and properties.total > 10',
  'contains(event, "ou") and userId != null',
  'properties.list = "a"',
  'foo = 1',
  '',
)
const someText = fc.constantFrom('Bought', 'Sold', '', 'ada', '{{userId}}')
const someValue = fc.oneof(
  someText,
  fc.constantFrom(null, 0, 12.5, true, [], ['a', 'b'], {}, { a: 'a' }),
)
const someDirective = fc.oneof(
  someValue,
  fc
    .constantFrom('$.userId', '$.event', '$.properties', '$.properties.list', '$.none')
    .map((path) => ({ '@path': path })),
  fc.constantFrom('{{event}} by {{userId}}', '{{properties.list}}', '{{').map((template) => ({
    '@template': template,
  })),
  fc.constantFrom<JsonObject>(
    // biome-ignore lint/suspicious/noThenProperty: the directive has this word for it.
    { '@if': { exists: { '@path': '$.userId' }, then: 'known', else: { '@path': '$.none' } } },
    { '@case': { operator: 'lower', value: { '@path': '$.event' } } },
    { '@json': { mode: 'decode', value: '{oops' } },
    { '@nothing': 1 },
  ),
)
const someMapping = fc.dictionary(
  fc.constantFrom('customer', 'event', 'type', 'metadata', 'loyalty', 'unknown'),
  fc.oneof(someDirective, fc.record({ source_id: someDirective, code: someDirective })),
)
const someFilters = fc.subarray<FilterRule>([
  { title: 'No Sold', condition: "event = 'Sold'", actions: [{ type: 'DROP' }] },
  { title: 'Broken', condition: 'event = ', actions: [{ type: 'DROP' }] },
  {
    title: 'No total',
    condition: 'all',
    actions: [{ type: 'DROP_PROPERTIES', fields: { properties: ['total'], '': ['userId'] } }],
  },
  {
    title: 'Only the list',
    condition: "type = 'track'",
    actions: [{ type: 'ALLOW_PROPERTIES', fields: { properties: ['list'] } }],
  },
])
const someEvent = fc.record(
  {
    type: fc.constantFrom('track', 'page', 'identify', 'nothing'),
    event: someValue,
    userId: someValue,
    properties: fc.record({ total: someValue, list: someValue }),
    integrations: fc.constantFrom({}, { All: false }, { 'Voucherify (Actions)': true }),
  },
  { requiredKeys: ['type'] },
)

/** What really becomes of `of`, for a destination whose only mapping is the draft. */
function fateOf({ trigger, mapping, settings, filters }: Draft, of: JsonObject) {
  const stored = { id: 'map_1', name: '', action: 'addCustomEvent', trigger, mapping }
  const destination = compileDestination(
    {
      id: 'dest_1',
      projectId: 'proj_1',
      sourceId: 'src_1',
      definition: definition?.slug ?? '',
      settings,
      ordering: 'best_effort',
      concurrency: 1,
      createdAt: new Date(0),
      enabledAt: new Date(0),
      filters: [...filters],
      version: '1',
      mappings: [{ ...stored, isEnabled: true, sortOrder: 0 }],
    },
    definition as NonNullable<typeof definition>,
  )
  const entry = {
    position: 1,
    partition: 0,
    projectId: 'proj_1',
    sourceId: 'src_1',
    messageId: 'm1',
    type: String(of['type']),
    event: null,
    userId: null,
    anonymousId: null,
    receivedAt: new Date(1),
    body: of,
  }
  return processBatch(destination, [entry])[0]?.fates[0]
}

describe('previewMapping', () => {
  it('shows match, payload and request, each with its reasons', () => {
    const preview = previewMapping(draft, event)
    expect(preview).toMatchObject({
      filter: null,
      match: { what: 'all of', passed: true, parts: [{ what: 'type = "track"' }] },
      problems: [],
      warnings: [],
      mapping: { passed: true },
      fields: { passed: true },
      payload: { customer: { source_id: 'ada' }, event: 'Bought', type: 'track' },
      refusal: null,
      request: { method: 'POST', url: 'https://loop.example/segmentio/event-processing' },
    })
  })

  it('goes on where the trigger does not hold, and says so', () => {
    const preview = previewMapping({ ...draft, trigger: 'event = "Sold"' }, event)
    expect(preview.match).toMatchObject({
      passed: false,
      parts: [{ expected: 'Sold', actual: 'Bought' }],
    })
    expect(preview.request).not.toBeNull()
  })

  it('tells what keeps the event away from the destination, and passes it by (§6.10)', () => {
    const preview = previewMapping(draft, { ...event, integrations: { All: false } })
    expect(preview.filter).toBe('FILTERED_BY_INTEGRATIONS_OBJECT')
    expect(preview.request).not.toBeNull()
  })

  it('tells which filter keeps the event back, and shows what the others leave of it (§2.3 rule 3)', () => {
    const filters: FilterRule[] = [
      { title: 'No Bought', condition: "event = 'Bought'", actions: [{ type: 'DROP' }] },
      {
        title: 'Anonymous',
        condition: 'all',
        actions: [{ type: 'DROP_PROPERTIES', fields: { '': ['userId'] } }],
      },
    ]
    const preview = previewMapping({ ...draft, filters }, event)
    expect(preview).toMatchObject({
      filter: 'FILTERED_BY_RULES',
      filterMessage: 'No Bought',
      visible: { type: 'track', event: 'Bought', messageId: 'm1' },
    })
    expect(preview.visible).not.toHaveProperty('userId')
    expect(preview.refusal?.message).toContain('source_id')
  })

  it('refuses a payload without what is required, with the sentence of the delivery (§5.5)', () => {
    const preview = previewMapping(draft, { ...event, type: null })
    expect(preview.request).toBeNull()
    expect(preview.refusal).toMatchObject({ reason: 'errors.discarded.MESSAGE_REJECTED' })
    expect(preview.fields).toMatchObject({ passed: false })
  })

  it('names the place of a directive that does not exist, and of a trigger that cannot be read', () => {
    const mapping = { event: { '@nothing': 1 } } as MappingJson
    const preview = previewMapping({ ...draft, trigger: 'foo = 1', mapping }, event)
    expect(preview.match).toBeNull()
    expect(preview.problems.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['/trigger', '/mapping/event']),
    )
    expect(preview.refusal?.message).toContain('@nothing')
  })

  it('promises exactly what becomes of the event, whatever trigger, mapping, filters and event', () => {
    fc.assert(
      fc.property(
        someTrigger,
        someMapping,
        someFilters,
        someEvent,
        (trigger, mapping, filters, some) => {
          const tried = { ...draft, trigger, mapping: mapping as MappingJson, filters }
          const of = some as JsonObject
          const preview = previewMapping(tried, of)
          const fate = fateOf(tried, of)
          if (preview.filter !== null || preview.match?.passed !== true) {
            expect(fate?.kind).toBe('filtered')
            return
          }
          expect({
            payload: preview.payload,
            ...(preview.refusal ?? { request: preview.request }),
          }).toEqual(
            fate?.kind === 'call'
              ? { payload: fate.payload, request: fate.request }
              : fate?.kind === 'refused' && {
                  payload: fate.payload,
                  reason: fate.reason,
                  message: fate.message,
                },
          )
        },
      ),
      { numRuns: 2_000 },
    )
  })
})
