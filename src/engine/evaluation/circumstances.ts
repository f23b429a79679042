import type { Json } from '../../kernel/json.ts'
import type { RuleFacts } from '../rules/index.ts'
import { reservedByOthers, type Session } from '../sessions/index.ts'
import type { StackingRules } from '../stacking-rules/index.ts'
import type { UsageOccasion } from '../usage/index.ts'
import { periodKey } from '../validity/index.ts'
import type { ProductOf } from './product-of.ts'

export type Metadata = { [key: string]: Json }

/** What is the same for all redeemables of one request. */
export type Circumstances = {
  now: Date
  timeZone: string
  stackingRules: StackingRules
  customer: (NonNullable<RuleFacts['customer']> & { birthdate: string | null }) | undefined
  /** The metadata of the redemption itself. */
  metadata: Metadata
  appId: string
  /** What this session reserved is free for it (R-SES-04). */
  sessionKey: string | null
  /** What is reserved of a voucher. */
  sessionsOf: (voucherId: string) => readonly Session[]
  /** What a counter says, by `usageText`, without the redemption at hand; undefined where nothing is counted (R-QUAL-02). */
  usageOf: ((text: string) => number) | undefined
  /** Products and SKUs that discounts give away. */
  productOf: ProductOf
  /** Which rules are asked: a qualification may look at the customer or at the order alone (§20). */
  askedRules: 'all' | 'customer' | 'order'
  /** Whether a discount on bundles needs one in the cart (R-BUN-05). */
  needsWholeBundles: boolean
}

/** What others have reserved of a voucher. */
export const reservedOf = (
  { sessionsOf, sessionKey }: Circumstances,
  voucherId: string,
): ReturnType<typeof reservedByOthers> => reservedByOthers(sessionsOf(voucherId), sessionKey)

/** Whom and when a redemption in these circumstances counts for. */
export const occasionOf = ({
  customer,
  appId,
  now,
  timeZone,
}: Pick<Circumstances, 'customer' | 'appId' | 'now' | 'timeZone'>): UsageOccasion => ({
  customerId: customer?.id ?? undefined,
  appId,
  periodKey: (period) => periodKey(period, now, timeZone),
})
