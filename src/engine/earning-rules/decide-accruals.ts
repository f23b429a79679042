import type { JsonObject } from '../../kernel/json.ts'
import type { Campaign } from '../campaigns/index.ts'
import type { Customer } from '../customers/index.ts'
import { evaluateFormula, totalsOf, withOrder } from '../discounts/index.ts'
import { type FormulaOperands, NO_OPERANDS } from '../formulas/index.ts'
import type { LoyaltyTier } from '../loyalty-tiers/index.ts'
import {
  type CompiledRule,
  type CounterNeed,
  evaluateRule,
  type RuleFacts,
} from '../rules/index.ts'
import { decideValidity } from '../validity/index.ts'
import type { Voucher } from '../vouchers/index.ts'
import { calculateEarning, type EarningFacts } from './calculate-earning.ts'
import { ANY_TIER, type EarningRule, TIER_EVENTS } from './earning-rule.ts'
import type { Trigger, TriggerOrder } from './trigger.ts'

/** What decides who earns what, of one project. */
export type EarningState = {
  timeZone: string
  /** In the order in which they were made. */
  rules: readonly EarningRule[]
  campaigns: ReadonlyMap<string, Campaign>
  customers: ReadonlyMap<string, Customer>
  /** The cards that a customer has of a program, by `cardsKey`. */
  cards: ReadonlyMap<string, readonly Voucher[]>
  /** The tier that a card is in, by the card. */
  tiers: ReadonlyMap<string, LoyaltyTier>
  /** What must hold for a rule to give points, by the rule. */
  conditions: ReadonlyMap<string, readonly CompiledRule[]>
  segmentIdsOf: (customerId: string) => readonly string[]
  /** The orders of triggers, by the occurrence. */
  orders: ReadonlyMap<string, TriggerOrder>
  /** How often rules gave points before, and what the orders come to for which they did, by `countKey`. */
  counts: ReadonlyMap<string, number>
}

/** What conditions compare that earlier triggers of a batch change. */
type Tally = {
  counts: Map<string, number>
  /** The occurrences whose order is in the sums of a program, by `orderKey`. */
  summed: Set<string>
}

/** Points that a rule gives. */
export type Accrual = {
  trigger: Trigger
  rule: EarningRule
  campaign: Campaign
  customer: Customer
  /** Undefined for a customer who joins the program by it (L-20). */
  card: Voucher | undefined
  /** In which the card is before it (L-14). */
  tier: LoyaltyTier | undefined
  points: number
}

/** An accrual with the card onto which it comes. */
export type CardAccrual = Accrual & { card: Voucher }

export const cardsKey = (customerId: string, campaignId: string): string =>
  `${customerId} ${campaignId}`

/**
 * A number that conditions of a rule compare: how often it, or any of its program, gave points, or a sum of the orders for
 * which it did.
 */
export const countKey = (
  { measure, object, subject, period }: Omit<CounterNeed, 'max'>,
  { id, campaignId }: EarningRule,
  customerId: string,
): string =>
  [
    measure,
    object === 'campaign' ? campaignId : id,
    subject === 'customer' ? customerId : '',
    period,
  ].join(' ')

/**
 * Which rules give how many points to which cards, for triggers in their order and rules in that in which they were
 * made (§8.4). What a rule asks is answered as it was before any of them (L-14).
 */
export function decideAccruals(triggers: readonly Trigger[], state: EarningState): Accrual[] {
  const tally: Tally = { counts: new Map(state.counts), summed: new Set() }
  const accruals: Accrual[] = []
  for (const trigger of triggers) {
    const customer = state.customers.get(trigger.customerId)
    if (!customer) continue
    for (const rule of state.rules) {
      if (!isSetOff(rule, trigger)) continue
      const given = decideRule({ trigger, rule, customer }, { ...state, ...tally })
      for (const accrual of given) count(tally, accrual, state)
      accruals.push(...given)
    }
  }
  return accruals
}

const OBJECTS = ['redeemable', 'campaign'] as const
const SUBJECTS = ['everybody', 'customer'] as const
const PERIODS = [null, 'daily', 'weekly', 'monthly'] as const

const SUMS = ['orders_amount', 'orders_discount'] as const

/** What was given counts towards every number that is asked of it, its order once in a program. */
function count(tally: Tally, { trigger, rule, customer }: Accrual, state: EarningState): void {
  const { counts, summed } = tally
  if (counts.size === 0) return
  for (const measure of SUMS) {
    const key = countKey({ ...OF_PROGRAM, measure }, rule, customer.id)
    const known = counts.get(key)
    if (known !== undefined) {
      counts.set(key, known + toAddend({ trigger, rule, measure }, { ...state, summed }))
    }
  }
  summed.add(orderKey(trigger, rule))
  for (const object of OBJECTS) {
    for (const subject of SUBJECTS) {
      for (const period of PERIODS) {
        const key = countKey({ measure: 'redemptions', object, subject, period }, rule, customer.id)
        const known = counts.get(key)
        if (known !== undefined) counts.set(key, known + 1)
      }
    }
  }
}

const OF_PROGRAM = { object: 'campaign', subject: 'everybody', period: null } as const

const orderKey = ({ happening }: Trigger, { campaignId }: EarningRule): string =>
  `${campaignId} ${happening.occurrenceId}`

/** What points for a trigger add to a number: one, or what its order comes to unless it is in the sum already. */
function toAddend(
  { trigger, rule, measure }: Pick<Accrual, 'trigger' | 'rule'> & Pick<CounterNeed, 'measure'>,
  { orders, summed }: Pick<EarningState, 'orders'> & Pick<Tally, 'summed'>,
): number {
  if (measure === 'redemptions') return 1
  const cart = orders.get(trigger.happening.occurrenceId)?.cart
  if (!cart || summed.has(orderKey(trigger, rule))) return 0
  return measure === 'orders_amount' ? (cart.amount ?? 0) : totalsOf(cart).totalDiscountAmount
}

/** Whether something that happened is what a rule is for (L-19). */
export function isSetOff(rule: EarningRule, { event, segment, tier }: Trigger): boolean {
  if (rule.event !== event) return false
  if (rule.segmentId !== null && rule.segmentId !== segment?.['id']) return false
  if (!TIER_EVENTS.some((name) => name === event)) return true
  if (rule.campaignId !== tier?.campaignId) return false
  return rule.tierId === null || rule.tierId === ANY_TIER || rule.tierId === tier.id
}

type Circumstances = EarningState & Tally
type Occasion = { trigger: Trigger; rule: EarningRule; customer: Customer }

function decideRule(occasion: Occasion, state: Circumstances): Accrual[] {
  const { trigger, rule, customer } = occasion
  const campaign = state.campaigns.get(rule.campaignId)
  const at = trigger.happening.createdAt
  const isOpen = (validity: EarningRule['validity']): boolean =>
    decideValidity(validity, at, state.timeZone) === 'active'
  if (!campaign?.isActive || !isOpen(campaign.validity) || !isOpen(rule.validity)) return []
  const cards = state.cards.get(cardsKey(customer.id, campaign.id)) ?? []
  const named = trigger.cardId
  const earning = cards.filter(
    (card) => card.isActive && isOpen(card.validity) && (named === null || card.id === named),
  )
  const joins = cards.length === 0 && named === null && campaign.autoJoin
  const holders: readonly (Voucher | undefined)[] = joins ? [undefined] : earning
  return holders.flatMap((card) => {
    const tier = card && state.tiers.get(card.id)
    if (!meetsConditions(occasion, card, state)) return []
    const facts = toFacts(occasion, card, state)
    const points = calculateEarning(rule.calculation, facts, tier?.earningRules[rule.id])
    return points > 0 ? [{ trigger, rule, campaign, customer, card, tier, points }] : []
  })
}

/** L-16: what the validation rules of an earning rule ask must hold. */
function meetsConditions(
  occasion: Occasion,
  card: Voucher | undefined,
  state: Circumstances,
): boolean {
  const conditions = state.conditions.get(occasion.rule.id) ?? []
  if (conditions.length === 0) return true
  const facts = toRuleFacts(occasion, card, state)
  return conditions.every((condition) => evaluateRule(condition, facts) === undefined)
}

function toRuleFacts(
  { trigger, rule, customer }: Occasion,
  card: Voucher | undefined,
  state: Circumstances,
): RuleFacts {
  const order = state.orders.get(trigger.happening.occurrenceId)
  const eventMetadata = toEventMetadata(trigger)
  return {
    now: trigger.happening.createdAt,
    timeZone: state.timeZone,
    customer: {
      id: customer.id,
      metadata: customer.metadata as JsonObject,
      segmentIds: state.segmentIdsOf(customer.id),
    },
    holderId: card?.holderId ?? customer.id,
    order: order && {
      amount: order.cart.amount,
      initialAmount: order.cart.initialAmount ?? order.cart.amount,
      totalAmount: order.cart.amount === undefined ? undefined : totalsOf(order.cart).totalAmount,
      metadata: order.metadata,
      items: order.cart.lines,
    },
    redemption: {
      metadata: {},
      giftCredits: undefined,
      points: undefined,
      apiKey: trigger.happening.call.appId,
      userLogin: null,
    },
    customEvent: eventMetadata && { metadata: eventMetadata },
    isDiscountApplicable: () => true,
    counters: (need) =>
      (state.counts.get(countKey(need, rule, customer.id)) ?? 0) +
      toAddend({ trigger, rule, measure: need.measure }, state),
  }
}

const toEventMetadata = ({ customEvent }: Trigger): JsonObject | undefined =>
  (customEvent?.['metadata'] ?? undefined) as JsonObject | undefined

function toFacts(
  { trigger, customer }: Occasion,
  card: Voucher | undefined,
  state: EarningState,
): EarningFacts {
  const order = state.orders.get(trigger.happening.occurrenceId)
  const moment = { now: trigger.happening.createdAt, timeZone: state.timeZone }
  const operands: FormulaOperands = {
    values: { ...NO_OPERANDS.values, CUSTOMER_BIRTHDATE: customer.birthdate ?? undefined },
    metadata: {
      ORDER_METADATA: order?.metadata,
      CUSTOMER_METADATA: customer.metadata as JsonObject,
      REDEEMABLE_METADATA: card?.metadata as JsonObject | undefined,
    },
  }
  const known = order ? withOrder(operands, order.cart) : operands
  return {
    cart: order?.cart,
    orderMetadata: order?.metadata,
    customerMetadata: customer.metadata as JsonObject,
    eventMetadata: toEventMetadata(trigger),
    valueOf: (formula) => evaluateFormula(formula, known, moment),
  }
}
