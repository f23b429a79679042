import type { Explain } from '../../kernel/explain.ts'
import type { LogEntry } from '../log/index.ts'
import { explainTrigger, type Trigger } from '../triggers/index.ts'
import { missingConditions } from './calculate-near-miss.ts'

/** An event that lacks the least to be matched, with the conditions that it does not meet. */
export type NearMiss = { entry: LogEntry; missing: Explain[] }

export type MatchCount = {
  examined: number
  matched: number
  /** The newest that match. */
  samples: LogEntry[]
  /** Those that lack the fewest conditions, the newest first among equals. */
  nearMisses: NearMiss[]
}

const SHOWN_MAX = 10

/** On how many of `entries`, newest first, a trigger holds, and which nearly met it. Pure. */
export function countMatches(trigger: Trigger, entries: readonly LogEntry[]): MatchCount {
  const samples: LogEntry[] = []
  const misses: NearMiss[] = []
  let matched = 0
  for (const entry of entries) {
    if (trigger.matches(entry.body)) {
      matched += 1
      if (samples.length < SHOWN_MAX) samples.push(entry)
    } else {
      misses.push({ entry, missing: missingConditions(explainTrigger(trigger.ast, entry.body)) })
    }
  }
  const nearMisses = misses.sort((a, b) => a.missing.length - b.missing.length).slice(0, SHOWN_MAX)
  return { examined: entries.length, matched, samples, nearMisses }
}
