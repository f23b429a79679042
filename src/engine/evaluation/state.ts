import type { Campaign } from '../campaigns/index.ts'
import type { Category } from '../categories/index.ts'
import type { ProjectSchemas } from '../metadata-schemas/index.ts'
import { type Order, orderKeys } from '../orders/index.ts'
import type { CatalogEntry } from '../products/index.ts'
import type { PromotionTier } from '../promotions/index.ts'
import type { Offers } from '../rewards/index.ts'
import type { CompiledRule } from '../rules/index.ts'
import type { Session } from '../sessions/index.ts'
import type { StackingRules } from '../stacking-rules/index.ts'
import type { UsageKind } from '../usage/index.ts'
import type { Voucher } from '../vouchers/index.ts'

/** The rules of one project for everything it redeems. */
export type ProjectFacts = {
  timeZone: string
  stackingRules: StackingRules
  /** What metadata is held against where it is stored. */
  schemas: ProjectSchemas
}

/**
 * What a batch of requests decides on, each row as the decisions so far left it. Rows are by id; orders by
 * `orderKeys`, what is kept of a voucher, tier or campaign by its id.
 */
export type EvaluationState = {
  vouchers: Map<string, Voucher>
  tiers: Map<string, PromotionTier>
  campaigns: ReadonlyMap<string, Campaign>
  categories: ReadonlyMap<string, Category>
  rules: ReadonlyMap<string, readonly CompiledRule[]>
  sessions: Map<string, readonly Session[]>
  usageKinds: ReadonlyMap<string, readonly UsageKind[]>
  /** What each counter says, by `usageText`. */
  usage: Map<string, number>
  orders: Map<string, Order>
  /** By `catalogKey`. */
  catalog: Map<string, CatalogEntry>
  projects: ReadonlyMap<string, ProjectFacts>
  /** Segments by the id of a customer who is in them, as far as rules ask for them. */
  segments: Map<string, readonly string[]>
  /** What the programs of the loyalty cards offer. */
  offers: Offers
}

/** Puts an order where `orderKeys` finds it. */
export function putOrder(state: EvaluationState, order: Order): void {
  for (const key of orderKeys(order)) state.orders.set(key, order)
}
