import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import type { Json, JsonObject } from '../../../src/kernel/json.ts'
import {
  ANY_EVENT,
  aMappingOfAbsence,
} from '../../../src/pipeline/mappings/arbitrary-absence.fixture.ts'
import { aMapping, anEvent } from '../../../src/pipeline/mappings/arbitrary-mapping.fixture.ts'
import { SAMPLE_EVENT } from '../../../src/pipeline/mappings/examples/example.fixture.ts'
import { EXAMPLES } from '../../../src/pipeline/mappings/examples/examples.fixture.ts'
import { compileMapping, MappingError } from '../../../src/pipeline/mappings/index.ts'
import { requirePeer } from '../../support/peers.ts'

/** The rows of §3.5 in which we differ on purpose: inherited members, and `$&` in a replacement (D-11). */
const DIFFERENT = new Set(['x1', 'x2', 'rp10'])

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

/** So that the paths of a preset find something. */
const withKnownMembers = (event: JsonObject): Json =>
  ({
    ...event,
    email: 'a@b.c',
    metadata: event,
    address: { ...event, city: 'Oslo' },
    referral: { code: 'R' },
    traits: { email: null },
  }) as Json

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

  it('make the same of every executed example (§3.5)', () => {
    const rows = Object.values(EXAMPLES).flat()
    expect(rows.length).toBeGreaterThan(200)
    for (const [id, mapping, , event = SAMPLE_EVENT] of rows)
      if (!DIFFERENT.has(id)) compare(JSON.parse(mapping), JSON.parse(event))
  })

  it('make the same of 10,000 random mappings and events, or both refuse (D-11)', () => {
    fc.assert(fc.property(aMapping, anEvent, compare), { numRuns: 10_000 })
  })

  it('make the same of 5,000 random mappings about what is not there', () => {
    const property = fc.property(aMappingOfAbsence, (mapping) => compare(mapping, ANY_EVENT))
    fc.assert(property, { numRuns: 5_000 })
  })

  it('make the same of every Voucherify preset for random events', () => {
    const known = 'type event userId name groupId email properties traits context'.split(' ')
    const named = fc.dictionary(fc.constantFrom(...known), anEvent.map(withKnownMembers), {
      noNullPrototype: true,
      maxKeys: 6,
    })
    fc.assert(
      fc.property(fc.nat(), named, (index, event) => {
        const preset = presets[index % presets.length]
        if (preset) compare(preset.mapping, event)
      }),
      { numRuns: 1_000 },
    )
  })
})
