import type { JsonObject } from '../../kernel/json.ts'
import type { HttpRequest } from '../../platform/http/index.ts'
import type { RunnableMapping } from './compile-destination.ts'
import type { Batch } from './decide-batch.ts'

/** What is decided about an event, or about one (event, mapping), before anything is sent. */
export type Fate =
  /**
   * Not meant for this destination, or not for these of its enabled mappings: one fate for all of them, since
   * an event that matches one mapping passes by all the others.
   */
  | ({ kind: 'filtered'; mappingIds: string[] } & Filtered)
  /** Meant for it, but nothing that could be sent came of it. `payload` is null when there was none. */
  | { kind: 'refused'; mappingId: string; reason: string; message: string; payload: unknown }
  | {
      kind: 'call'
      mappingId: string
      mapping: RunnableMapping
      payload: JsonObject
      /** Undefined when the log no longer has it, of a later attempt. */
      event: JsonObject | undefined
      /** The request; null when the action sends by itself, or when it goes with others. */
      request: HttpRequest | null
      /** With which other calls it is to be sent; null when alone. */
      batch: Batch | null
    }

/** Why an event is filtered; `message` says what the reason leaves open, such as by which filter. */
export type Filtered = { reason: FilterReason; message: string | null }

/** Why an event was filtered at the destination (pipeline §2.3; the loop guard is ours, D-18). */
export type FilterReason =
  | 'UNSUPPORTED_EVENT_TYPE'
  | 'FILTERED_BY_LOOP_GUARD'
  | 'FILTERED_BY_INTEGRATIONS_OBJECT'
  | 'FILTERED_BY_RULES'
  | 'NO_MATCHING_MAPPING'
  | 'FILTERED_AT_MAPPING'
