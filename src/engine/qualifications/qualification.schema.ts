import { parseIsoDate } from '../../kernel/time.ts'
import { LIMITS } from '../../platform/limits.ts'
import { compileBodyCheck } from '../api/index.ts'
import { CUSTOMER_SCHEMA, type CustomerInput, toCustomerInput } from '../customers/index.ts'
import type { RedeemInput } from '../evaluation/index.ts'
import { ORDER_SCHEMA, type OrderInput } from '../orders/index.ts'
import { SESSION_SCHEMA, type SessionBody, toSessionInput } from '../sessions/index.ts'

export const SCENARIOS = [
  'ALL',
  'CUSTOMER_WALLET',
  'AUDIENCE_ONLY',
  'PRODUCTS',
  'PRODUCTS_DISCOUNT',
  'PROMOTION_STACKS',
  'PRODUCTS_BY_CUSTOMER',
  'PRODUCTS_DISCOUNT_BY_CUSTOMER',
] as const
/** What incentives are looked for (engine-core §20). */
export type Scenario = (typeof SCENARIOS)[number]

export const SORTING_RULES = ['DEFAULT', 'BEST_DEAL', 'LEAST_DEAL'] as const
export type SortingRule = (typeof SORTING_RULES)[number]

/** What a qualification asks for. */
export type QualificationInput = Pick<
  RedeemInput,
  'customer' | 'order' | 'metadata' | 'trackingId' | 'session' | 'expand'
> & {
  scenario: Scenario
  limit: number
  /** Only what was made before this moment. */
  startingAfter: Date | undefined
  filters: unknown
  sortingRule: SortingRule
}

type Body = {
  customer?: CustomerInput | string | null
  order?: OrderInput | null
  metadata?: RedeemInput['metadata'] | null
  tracking_id?: string | null
  scenario?: Scenario | null
  session?: SessionBody
  mode?: string | null
  options?: {
    limit?: number | null
    starting_after?: string | null
    filters?: unknown
    expand?: string[] | null
    sorting_rule?: SortingRule | null
  } | null
}

const TEXT = { type: ['string', 'null'] }
const EXPANDABLE = ['redeemable', 'category', 'validation_rules']

export const QUALIFICATION_BODY = {
  type: 'object',
  properties: {
    customer: CUSTOMER_SCHEMA,
    order: ORDER_SCHEMA,
    metadata: { type: ['object', 'null'] },
    tracking_id: TEXT,
    scenario: { ...TEXT, enum: [...SCENARIOS, null] },
    session: SESSION_SCHEMA,
    options: {
      type: ['object', 'null'],
      properties: {
        limit: { type: ['integer', 'null'], minimum: 1, maximum: LIMITS.qualificationsMax },
        starting_after: { ...TEXT, format: 'iso-date' },
        filters: { type: ['object', 'null'] },
        expand: { type: ['array', 'null'], items: { type: 'string', enum: EXPANDABLE } },
        sorting_rule: { ...TEXT, enum: [...SORTING_RULES, null] },
      },
    },
  },
}

const check = compileBodyCheck<Body>(QUALIFICATION_BODY)

/** Reads the body of `POST /v1/qualifications` (engine-core §20). Throws `invalid_payload`. */
export function readQualification(body: unknown): QualificationInput {
  const { customer, order, metadata, tracking_id, scenario, session, options } = check(body)
  const after = options?.starting_after
  return {
    customer: toCustomerInput(customer ?? (order?.customer as CustomerInput | null)),
    order: order ?? undefined,
    metadata: metadata ?? {},
    trackingId: tracking_id || undefined,
    session: toSessionInput(session),
    expand: new Set(options?.expand),
    scenario: scenario ?? 'ALL',
    limit: options?.limit ?? LIMITS.qualificationsDefault,
    startingAfter: after ? parseIsoDate(after) : undefined,
    filters: options?.filters ?? undefined,
    sortingRule: options?.sorting_rule ?? 'DEFAULT',
  }
}
