import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import type { Json, JsonObject } from '../../../src/kernel/json.ts'
import { aMapping, anEvent } from '../../../src/pipeline/mappings/arbitrary-mapping.fixture.ts'
import { compileMapping, MappingError } from '../../../src/pipeline/mappings/index.ts'
import { requirePeer } from '../../support/peers.ts'

type Transform = (mapping: JsonObject, event: JsonObject) => unknown
type Preset = { name: string; mapping: JsonObject }
type Outcome = { fails: false; value: unknown } | { fails: true; error: unknown }

const attempt = (run: () => unknown): Outcome => {
  try {
    return { fails: false, value: run() }
  } catch (error) {
    return { fails: true, error }
  }
}

describe.skipIf(!inject('hasPeers'))("Segment's published mapping kit and ours", () => {
  let transform: Transform
  let presets: Preset[]

  beforeAll(() => {
    transform = requirePeer('@segment/actions-core').transform
    presets = requirePeer('@segment/action-destinations/dist/destinations/voucherify').default
      .presets
  })

  /** Theirs gets copies: it writes into what it is given. */
  function compare(mapping: JsonObject, event: JsonObject): void {
    const theirs = attempt(() => transform(structuredClone(mapping), structuredClone(event)))
    const ours = attempt(() => compileMapping(mapping as Json)(event))
    if (ours.fails) expect(ours.error).toBeInstanceOf(MappingError)
    // The order of members counts: @json and @flatten make it visible.
    const isSame = theirs.fails
      ? ours.fails
      : !ours.fails &&
        isDeepStrictEqual(ours.value, theirs.value) &&
        JSON.stringify(ours.value) === JSON.stringify(theirs.value)
    if (!isSame) expect(ours).toEqual(theirs)
    expect(isSame).toBe(true)
  }

  it('make the same of 10,000 random mappings and events, or both refuse (D-11)', () => {
    fc.assert(fc.property(aMapping, anEvent, compare), { numRuns: 10_000 })
  })

  it('make the same of every Voucherify preset for random events', () => {
    const named = fc.dictionary(
      fc.constantFrom(
        'type',
        'event',
        'userId',
        'name',
        'groupId',
        'email',
        'properties',
        'traits',
        'context',
      ),
      anEvent.map(
        (event): Json => ({ ...event, email: 'a@b.c', metadata: event, address: event }) as Json,
      ),
      { noNullPrototype: true },
    )
    fc.assert(
      fc.property(fc.nat(), named, (index, event) => {
        const preset = presets[index % presets.length]
        if (preset) compare(preset.mapping, event)
      }),
      { numRuns: 1_000 },
    )
  })
})
