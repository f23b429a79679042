import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../kernel/json.ts'
import { catalog } from '../destinations/index.ts'
import type { FilterRule } from '../filters/index.ts'
import { type CompiledDestination, compileDestination } from './compile-destination.ts'
import { decideFilter, visibleEvent } from './decide-filter.ts'
import { processBatch } from './process-batch.ts'

const webhook = catalog.find(({ slug }) => slug === 'webhook')
if (!webhook) throw new Error('the catalog has no webhook')

/** A webhook with these filters and one mapping for every call. */
const withFilters = (...filters: FilterRule[]): CompiledDestination =>
  compileDestination(
    {
      id: 'dest_1',
      projectId: 'proj_1',
      sourceId: 'src_1',
      definition: 'webhook',
      settings: {},
      ordering: 'best_effort',
      concurrency: 1,
      createdAt: new Date(0),
      enabledAt: new Date(0),
      version: '1',
      mappings: [
        {
          id: 'map_1',
          name: '',
          action: 'send',
          trigger: 'userId != null',
          mapping: { url: 'https://x.example', method: 'POST', data: { '@path': '$.' } },
          isEnabled: true,
          sortOrder: 0,
        },
      ],
      filters,
    },
    webhook,
  )
const drop: FilterRule = { title: 'None', condition: 'all', actions: [{ type: 'DROP' }] }
const anonymous: FilterRule = {
  title: 'Anonymous',
  condition: 'all',
  actions: [{ type: 'DROP_PROPERTIES', fields: { '': ['userId'] } }],
}
const CALL: JsonObject = { type: 'track', event: 'A', userId: 'ada', properties: { total: 1 } }

describe('decideFilter', () => {
  it.each<[JsonObject, string]>([
    [{ ...CALL, type: 'nothing' }, 'UNSUPPORTED_EVENT_TYPE'],
    [{ ...CALL, context: { promoloop: { hops: 2 } } }, 'FILTERED_BY_LOOP_GUARD'],
    [{ ...CALL, integrations: { All: false } }, 'FILTERED_BY_INTEGRATIONS_OBJECT'],
  ])('asks destination filters last: %j', (event, reason) => {
    expect(decideFilter(withFilters(drop), event)).toEqual({ reason, message: null })
  })

  it('says by which filter an event is kept back (§2.3)', () => {
    expect(decideFilter(withFilters(anonymous, drop), CALL)).toEqual({
      reason: 'FILTERED_BY_RULES',
      message: 'None',
    })
    expect(decideFilter(withFilters(anonymous), CALL)).toBeUndefined()
    expect(decideFilter(withFilters(), CALL)).toBeUndefined()
  })
})

describe('visibleEvent', () => {
  it('is the event itself where no filter changes it', () => {
    expect(visibleEvent(withFilters(), CALL)).toBe(CALL)
    expect(visibleEvent(withFilters(drop), CALL)).toBe(CALL)
  })

  it('is what triggers and mappings see, while the entry of the log stays as it is (§2.3)', () => {
    const entry = {
      position: 1,
      partition: 0,
      projectId: 'proj_1',
      sourceId: 'src_1',
      messageId: 'm1',
      type: 'track',
      event: 'A',
      userId: 'ada',
      anonymousId: null,
      receivedAt: new Date(1),
      body: structuredClone(CALL),
    }
    const [processed] = processBatch(withFilters(anonymous), [entry])
    expect(processed?.fates).toEqual([
      { kind: 'filtered', mappingIds: ['map_1'], reason: 'NO_MATCHING_MAPPING', message: null },
    ])
    expect(processed?.entry.body).toEqual(CALL)
  })
})
