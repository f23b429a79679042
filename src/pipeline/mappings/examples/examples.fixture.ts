import { CASES, CHOICES, LITERALS, REPLACEMENTS } from './choosing.fixture.ts'
import { CORNERS } from './corners.fixture.ts'
import type { Example } from './example.fixture.ts'
import {
  ARRAY_PATHS,
  EXCLUSIONS,
  FLATTENINGS,
  JSON_TEXTS,
  MERGES,
  TRANSFORMS,
} from './objects.fixture.ts'
import { LIQUID, PATHS, TEMPLATES } from './reading.fixture.ts'
import { OTHER_PAYLOADS, STRUCTURES } from './structure.fixture.ts'

/** Every executed example, by what it is about. */
export const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  '@path': PATHS,
  '@template': TEMPLATES,
  '@liquid': LIQUID,
  '@if': CHOICES,
  '@case': CASES,
  'literals and arrays': LITERALS,
  '@replace': REPLACEMENTS,
  '@arrayPath': ARRAY_PATHS,
  '@flatten': FLATTENINGS,
  '@json': JSON_TEXTS,
  '@merge': MERGES,
  '@transform': TRANSFORMS,
  '@excludeWhenNull': EXCLUSIONS,
  structure: STRUCTURES,
  corners: CORNERS,
  'other payloads': OTHER_PAYLOADS,
}
