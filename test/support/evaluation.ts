import type { Category } from '../../src/engine/categories/index.ts'
import { totalsOf } from '../../src/engine/discounts/index.ts'
import {
  type Circumstances,
  decideValidation,
  type EvaluationState,
  type Outcome,
  type Redeemable,
  toCircumstances,
  toRedeemables,
  type ValidationDecision,
} from '../../src/engine/evaluation/index.ts'
import { NO_SCHEMAS } from '../../src/engine/metadata-schemas/index.ts'
import { calculateOrder, type OrderInput, type PricedOrder } from '../../src/engine/orders/index.ts'
import { type CompiledRule, compileRule, parseRule } from '../../src/engine/rules/index.ts'
import {
  DEFAULT_STACKING_RULES,
  type StackingRules,
} from '../../src/engine/stacking-rules/index.ts'
import type { Voucher } from '../../src/engine/vouchers/index.ts'
import { money } from '../../src/kernel/money.ts'
import { NOW } from './vouchers.ts'

/** The `rules`, `applicable_to`, `bundle_rules` and `error` of a validation rule, as a body writes them. */
export type RuleBody = Parameters<typeof parseRule>[0]

let ruleCount = 0

/** A rule as it is when it was stored and understood. */
export function aRule(body: RuleBody): CompiledRule {
  ruleCount += 1
  return compileRule({ id: `val_${ruleCount}`, ...parseRule(body) })
}

/** What a test knows of a project, its vouchers and what is assigned to them, by id. */
export type World = {
  vouchers: readonly Voucher[]
  rules?: Readonly<Record<string, readonly CompiledRule[]>>
  categories?: readonly Category[]
  stackingRules?: Partial<StackingRules>
  timeZone?: string
  state?: Partial<EvaluationState>
}

/** The state of a batch in which nothing has been decided yet. */
export const stateOf = ({
  vouchers,
  rules = {},
  categories = [],
  stackingRules = {},
  timeZone = 'UTC',
  state = {},
}: World): EvaluationState => ({
  vouchers: new Map(vouchers.map((voucher) => [voucher.id, voucher])),
  tiers: new Map(),
  campaigns: new Map(),
  categories: new Map(categories.map((category) => [category.id, category])),
  rules: new Map(Object.entries(rules)),
  sessions: new Map(),
  usageKinds: new Map(),
  usage: new Map(),
  orders: new Map(),
  catalog: new Map(),
  segments: new Map(),
  offers: {
    rewards: new Map(),
    assignments: new Map(),
    tiers: new Map(),
    unsupplied: new Set(),
  },
  projects: new Map([
    [
      'proj_1',
      {
        timeZone,
        stackingRules: { ...DEFAULT_STACKING_RULES, ...stackingRules },
        schemas: NO_SCHEMAS,
      },
    ],
  ]),
  ...state,
})

export const aCategory = (id: string, hierarchy = 1): Category => ({
  id,
  projectId: 'proj_1',
  name: id,
  hierarchy,
  createdAt: NOW,
  updatedAt: null,
})

export type Wish = { code: string; credits?: number; reward?: NonNullable<Redeemable['reward']> }

/** Wishes by code, as a request names them; one that the world does not have stays unknown. */
export const redeemablesOf = (
  state: EvaluationState,
  wishes: readonly (string | Wish)[],
): Redeemable[] => {
  const asked = wishes.map((wish) => {
    const { code, credits, reward } = typeof wish === 'string' ? ({ code: wish } as Wish) : wish
    return {
      object: 'voucher' as const,
      id: code,
      credits: credits === undefined ? undefined : money(credits),
      reward,
    }
  })
  return toRedeemables(
    state,
    asked,
    asked.map(({ id }) => ({
      object: 'voucher' as const,
      voucherId: [...state.vouchers.values()].find(({ code }) => code === id)?.id,
    })),
  )
}

export function orderOf(input: OrderInput, state?: EvaluationState): PricedOrder {
  const catalog = state?.catalog ?? new Map()
  const order = calculateOrder(input, undefined, { projectId: 'proj_1', catalog })
  if (order instanceof Error) throw order
  return order
}

/** Decides wishes in a world, for an order and in circumstances of which only the given ones matter. */
export function decideIn(
  world: World,
  wishes: readonly (string | Wish)[],
  order?: OrderInput,
  circumstances: Partial<Circumstances> = {},
): ValidationDecision {
  const state = stateOf(world)
  return decideValidation(
    redeemablesOf(state, wishes),
    order && orderOf(order, state),
    circumstancesIn(state, circumstances),
  )
}

export const circumstancesIn = (
  state: EvaluationState,
  circumstances: Partial<Circumstances> = {},
): Circumstances => ({
  ...toCircumstances(
    state,
    { projectId: 'proj_1', appId: 'app_1', now: NOW },
    { input: { metadata: {}, session: undefined }, customer: undefined },
  ),
  ...circumstances,
})

/** What became of a redeemable: how much it takes off, why it is refused or left out. */
export const told = (outcome: Outcome): string =>
  outcome.status === 'INAPPLICABLE'
    ? outcome.refusal.key
    : outcome.status === 'SKIPPED'
      ? outcome.reason
      : String(outcome.applied)

/** What became of each, and what is left to pay. */
export const summed = ({ outcomes, order }: ValidationDecision) => ({
  applied: outcomes.map(told),
  total: order && totalsOf(order.cart).totalAmount,
})
