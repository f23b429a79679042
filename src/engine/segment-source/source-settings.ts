/** Names of the seed, or those of the later public documentation (D-01). */
export type Naming = 'seed' | 'published'
/** The event as an object, or all of it on one level (D-01, SO-6). */
export type Shape = 'object' | 'flat'
/** Which of the two names of one happening with a reward are told (D-02): that of the customer, of the reward, or both. */
export type RewardEvents = 'both' | 'customer' | 'reward'
/** What stands for a customer without a `source_id` (D-03). */
export type AnonymousFallback = 'customer_id' | 'skip'

/** How a project wants its occurrences told. */
export type SourceSettings = {
  naming: Naming
  shape: Shape
  anonymousFallback: AnonymousFallback
  rewardEvents: RewardEvents
}

/** Where the calls go: a region of Segment, or a base URL that speaks its Tracking API. */
export type Target =
  | { region: 'US' | 'EU'; endpoint?: null }
  | { region: 'CUSTOM'; endpoint: string }

const REGIONS = {
  US: 'https://api.segment.io/v1',
  EU: 'https://events.eu1.segmentapis.com/v1',
}

/** The base URL of the Tracking API that `target` means (engine-programs §17.1), without a slash at its end. */
export const toBaseUrl = (target: Target): string =>
  target.region === 'CUSTOM' ? target.endpoint : REGIONS[target.region]
