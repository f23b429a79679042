import type { Db } from '../../platform/db.ts'
import type { Campaign } from '../campaigns/index.ts'
import type { Customer } from '../customers/index.ts'
import { findMembers, findTiersOfPrograms, type LoyaltyTier } from '../loyalty-tiers/index.ts'
import { findCatalogEntries } from '../products/index.ts'
import { findProjectSettings } from '../project-settings/index.ts'
import type { CompiledRule } from '../rules/index.ts'
import { findMemberships } from '../segments/index.ts'
import { findAssignedRules } from '../validation-rules/index.ts'
import { type CalendarPeriod, periodKey } from '../validity/index.ts'
import type { Voucher } from '../vouchers/index.ts'
import { cardsKey, countKey, type EarningState, isSetOff } from './decide-accruals.ts'
import { type CountWanted, countAccruals } from './earning.repo.ts'
import type { EarningRule } from './earning-rule.ts'
import { toReferences, toTriggerOrder } from './read-order.ts'
import type { Trigger, TriggerOrder } from './trigger.ts'

type Given = {
  projectId: string
  now: Date
  triggers: readonly Trigger[]
  rules: readonly EarningRule[]
  /** The campaigns of the rules. */
  campaigns: ReadonlyMap<string, Campaign>
  /** The customers of the triggers, and their cards that may earn. */
  customers: readonly Customer[]
  cards: readonly Voucher[]
}

/** What decides who earns by the triggers. */
export async function loadEarning(db: Db, given: Given): Promise<EarningState> {
  const { projectId, rules, campaigns, customers, cards } = given
  const [settings, conditions, tiers, orders] = await Promise.all([
    findProjectSettings(db, [projectId]),
    findAssignedRules(
      db,
      rules.map(({ id }) => id),
    ),
    loadTiers(db, cards),
    loadOrders(db, given),
  ])
  const timeZone = settings.get(projectId)?.timeZone ?? 'UTC'
  const [segmentIdsOf, counts] = await Promise.all([
    loadSegments(db, given, conditions),
    loadCounts(db, { ...given, conditions, timeZone }),
  ])
  return {
    timeZone,
    rules,
    campaigns,
    customers: new Map(customers.map((customer) => [customer.id, customer])),
    cards: byOwner(cards),
    tiers,
    conditions,
    segmentIdsOf,
    orders,
    counts,
  }
}

/** Cards by whose they are, and of which program. */
function byOwner(cards: readonly Voucher[]): EarningState['cards'] {
  const owned = new Map<string, Voucher[]>()
  for (const card of cards) {
    const key = cardsKey(card.holderId ?? '', card.campaignId ?? '')
    owned.set(key, [...(owned.get(key) ?? []), card])
  }
  return owned
}

async function loadTiers(db: Db, cards: readonly Voucher[]): Promise<EarningState['tiers']> {
  const [members, programs] = await Promise.all([
    findMembers(
      db,
      cards.map(({ id }) => id),
    ),
    findTiersOfPrograms(
      db,
      cards.flatMap(({ campaignId }) => campaignId ?? []),
    ),
  ])
  const found = new Map<string, LoyaltyTier>()
  for (const { voucherId, campaignId, tierId } of members.values()) {
    const tier = programs.get(campaignId)?.find(({ id }) => id === tierId)
    if (tier) found.set(voucherId, tier)
  }
  return found
}

/** The orders of the triggers, with what the catalogue knows of their items. */
async function loadOrders(
  db: Db,
  { projectId, triggers }: Given,
): Promise<Map<string, TriggerOrder>> {
  const paid = triggers.flatMap(({ order, happening }) =>
    order ? [{ order, id: happening.occurrenceId }] : [],
  )
  const references = paid.map(({ order }) => toReferences(projectId, order))
  const wanted = references.flat().filter((reference) => reference !== undefined)
  const entries = await findCatalogEntries(db, wanted)
  let place = 0
  return new Map(
    paid.map(({ order, id }, index) => {
      const ofItems = (references[index] ?? []).map((reference) =>
        reference ? entries[place++] : undefined,
      )
      return [id, toTriggerOrder(order, ofItems)]
    }),
  )
}

type Conditions = ReadonlyMap<string, readonly CompiledRule[]>

/** Which segments customers are in is asked only where a condition asks for it. */
async function loadSegments(
  db: Db,
  { projectId, now, customers }: Given,
  conditions: Conditions,
): Promise<EarningState['segmentIdsOf']> {
  const wanted = [...conditions.values()].flat().flatMap(({ needs }) => needs.segmentIds)
  if (wanted.length === 0) return () => []
  const found = await findMemberships(db, { projectId, now, customers }, [...new Set(wanted)])
  return (customerId) => [...(found.get(customerId) ?? [])]
}

/** How periods are written by PostgreSQL as `periodKey` does. */
const FORMATS: Record<CalendarPeriod, string> = {
  daily: 'YYYY-MM-DD',
  weekly: 'IYYY-"W"IW',
  monthly: 'YYYY-MM',
}

type Counting = Given & { conditions: Conditions; timeZone: string }

/** How often rules gave points, and for which orders, as far as conditions limit it (L-18). */
async function loadCounts(db: Db, counting: Counting): Promise<EarningState['counts']> {
  const wanted = counting.rules.flatMap((rule) => toWanted(rule, counting))
  const once = new Map(wanted.map((one) => [one.key, one]))
  return countAccruals(db, [...once.values()], counting.timeZone)
}

/** What conditions of a rule compare, for all who may earn by it. */
function toWanted(
  rule: EarningRule,
  { triggers, now, conditions, timeZone }: Counting,
): CountWanted[] {
  const needs = (conditions.get(rule.id) ?? []).flatMap((condition) => condition.needs.counters)
  if (needs.length === 0) return []
  const customerIds = triggers
    .filter((trigger) => isSetOff(rule, trigger))
    .map(({ customerId }) => customerId)
  return needs.flatMap((need) =>
    customerIds.map((customerId) => ({
      key: countKey(need, rule, customerId),
      measure: need.measure,
      campaignId: rule.campaignId,
      ruleId: need.object === 'campaign' ? null : rule.id,
      customerId: need.subject === 'customer' ? customerId : null,
      periodKey: need.period && periodKey(need.period, now, timeZone),
      format: need.period && FORMATS[need.period],
    })),
  )
}
