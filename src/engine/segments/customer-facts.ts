import type { Json } from '../../kernel/json.ts'
import type { Customer, Summary } from '../customers/index.ts'
import type { Moment } from './moment.ts'

/** What filters can ask about one customer. */
export type CustomerFacts = {
  customer: Customer
  summary: Summary
  /** How often each custom event happened; those that never did may be absent. */
  events: ReadonlyMap<string, number>
  publications: readonly { createdAt: Date; relatedObjectIds: readonly string[] }[]
  /** Segments that the customer is known to be in. */
  segmentIds: ReadonlySet<string>
}

export type Point = { latitude: number; longitude: number }

/** What else a filter is evaluated with. */
export type Surroundings = {
  moment: Moment
  /** Whether a point lies in each location that filters name; one that does not exist holds nothing. */
  locations: ReadonlyMap<string, (point: Point) => boolean>
}

/** What a field holds; undefined and null are missing values. */
export type FactValue = Json | Date | undefined | readonly (string | Date)[]

/** What must be loaded before filters can be evaluated. */
export type FilterNeeds = {
  summary: boolean
  publications: boolean
  segments: boolean
  /** Custom events that are counted. */
  events: readonly string[]
  locations: readonly string[]
}
