/** For paths of the event (the empty one is the event itself) the names of members of what is there (§2.3 rule 3). */
export type FilterFields = Readonly<Record<string, readonly string[]>>

/** What is done with an event for which the condition of a filter holds. */
export type FilterAction =
  /** It is not sent. */
  | { type: 'DROP' }
  /**
   * Only a share of such events is sent: `percent` from 0 to 1, as in the reference. What stands at `path`, else
   * the message id, decides which, so that all events of one person can share one fate.
   */
  | { type: 'SAMPLE'; percent: number; path?: string | undefined }
  /** It is sent without these fields. */
  | { type: 'DROP_PROPERTIES'; fields: FilterFields }
  /** At these paths, it is sent with these fields only. */
  | { type: 'ALLOW_PROPERTIES'; fields: FilterFields }

/** A filter as it is stored. */
export type FilterRule = {
  title: string
  /** In the filter query language. */
  condition: string
  actions: readonly FilterAction[]
}

/** Stages in their order: events pass each of them through all filters (§2.3 rule 3). */
export const STAGES = ['SAMPLE', 'DROP', 'DROP_PROPERTIES', 'ALLOW_PROPERTIES'] as const
