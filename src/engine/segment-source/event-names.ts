import type { Naming } from './source-settings.ts'

/** What each row of engine-programs §17.2 that the engine announces is called. */
const EVENT_NAMES: Readonly<Record<number, Readonly<Record<Naming, string>>>> = {
  1: { seed: 'Redemption succeeded', published: 'Customer Redemption Succeeded' },
  2: { seed: 'Redemption failed', published: 'Customer Redemption Failed' },
  3: {
    seed: 'Redemption rollback succeeded',
    published: 'Customer Redemption Rollback Succeeded',
  },
  4: { seed: 'Redemption rollback failed', published: 'Customer Redemption Rollback Failed' },
  11: { seed: 'Validation succeeded', published: 'Customer Validation Succeeded' },
  12: { seed: 'Validation failed', published: 'Customer Validation Failed' },
  13: { seed: 'Publication succeeded', published: 'Customer Publication Succeeded' },
  14: { seed: 'Publication failed', published: 'Customer Publication Failed' },
}

/** The `event` of a track call; undefined for a row that this version does not know. */
export const eventNameOf = (row: number, naming: Naming): string | undefined =>
  EVENT_NAMES[row]?.[naming]
