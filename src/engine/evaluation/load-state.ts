import type { Db, Tx } from '../../platform/db.ts'
import { findCampaigns } from '../campaigns/index.ts'
import { type Category, findCategories } from '../categories/index.ts'
import type { Unit } from '../discounts/index.ts'
import { findSchemas } from '../metadata-schemas/index.ts'
import { catalogKey } from '../orders/index.ts'
import { type CatalogReference, findCatalogEntries } from '../products/index.ts'
import { findProjectSettings } from '../project-settings/index.ts'
import type { PromotionTier } from '../promotions/index.ts'
import { findOffers } from '../rewards/index.ts'
import { findSessions } from '../sessions/index.ts'
import { findStackingRules } from '../stacking-rules/index.ts'
import {
  findUsageKinds,
  lockUsage,
  readUsage,
  saveUsageKinds,
  toUsageKey,
  type UsageKind,
  type UsageOccasion,
  type WantedUsage,
} from '../usage/index.ts'
import { findAssignedRules } from '../validation-rules/index.ts'
import type { Voucher } from '../vouchers/index.ts'
import type { Target } from './redeemable.ts'
import type { EvaluationState, ProjectFacts } from './state.ts'

/** What can be redeemed, as it was found or locked. */
export type Found = {
  projectIds: readonly string[]
  vouchers: readonly Voucher[]
  tiers: readonly PromotionTier[]
}

/**
 * Everything that decides on `found`, but for orders, customers and counters, which depend on who asks: a
 * statement for each kind of row, sent without waiting for each other.
 */
export async function loadState(db: Db, found: Found, now: Date): Promise<EvaluationState> {
  const { vouchers, tiers } = found
  const campaignIds = distinct([...vouchers, ...tiers].map(({ campaignId }) => campaignId))
  const voucherIds = vouchers.map(({ id }) => id)
  const offers = await findOffers(db, vouchers)
  const assignmentIds = [...offers.assignments.values()].flat().map(({ id }) => id)
  const objectIds = [...voucherIds, ...tiers.map(({ id }) => id), ...campaignIds, ...assignmentIds]
  const [campaigns, rules, sessions, usageKinds, projects] = await Promise.all([
    findCampaigns(db, campaignIds),
    findAssignedRules(db, objectIds),
    findSessions(db, voucherIds, now),
    findUsageKinds(db, objectIds),
    loadProjects(db, found.projectIds),
  ])
  const categoryIds = distinct(
    [...vouchers, ...tiers, ...campaigns.values()].map(({ categoryId }) => categoryId),
  )
  const catalog: EvaluationState['catalog'] = new Map()
  const [categories] = await Promise.all([
    loadCategories(db, found.projectIds, categoryIds),
    addToCatalog(db, catalog, toGivenAway(found)),
  ])
  return {
    vouchers: byId(vouchers),
    tiers: byId(tiers),
    campaigns,
    categories,
    rules,
    sessions,
    usageKinds: groupByObject(usageKinds),
    usage: new Map(),
    orders: new Map(),
    catalog,
    projects,
    segments: new Map(),
    offers,
  }
}

const byId = <T extends { id: string }>(rows: readonly T[]): Map<string, T> =>
  new Map(rows.map((row) => [row.id, row]))

const distinct = (ids: readonly (string | null)[]): string[] => [
  ...new Set(ids.flatMap((id) => id ?? [])),
]

async function loadProjects(
  db: Db,
  projectIds: readonly string[],
): Promise<Map<string, ProjectFacts>> {
  const [settings, schemasOf, ...stackingRules] = await Promise.all([
    findProjectSettings(db, projectIds),
    findSchemas(db, projectIds),
    ...projectIds.map((projectId) => findStackingRules(db, projectId)),
  ])
  const projects = new Map<string, ProjectFacts>()
  for (const [index, projectId] of projectIds.entries()) {
    const { timeZone } = settings.get(projectId) ?? {}
    const rules = stackingRules[index]
    if (timeZone === undefined || !rules) continue
    projects.set(projectId, { timeZone, stackingRules: rules, schemas: schemasOf(projectId) })
  }
  return projects
}

async function loadCategories(
  db: Db,
  projectIds: readonly string[],
  ids: readonly string[],
): Promise<Map<string, Category>> {
  if (ids.length === 0) return new Map()
  const found = await Promise.all(projectIds.map((projectId) => findCategories(db, projectId, ids)))
  return byId(found.flat())
}

function groupByObject(kinds: readonly UsageKind[]): Map<string, UsageKind[]> {
  const groups = new Map<string, UsageKind[]>()
  for (const kind of kinds) {
    const group = groups.get(kind.objectId)
    if (group) group.push(kind)
    else groups.set(kind.objectId, [kind])
  }
  return groups
}

/** The products and SKUs that discounts give away (engine-core §12). */
const toGivenAway = ({ vouchers, tiers }: Found): CatalogReference[] =>
  [...vouchers, ...tiers].flatMap(({ projectId, discount }) =>
    discount?.type === 'UNIT'
      ? discount.units.map((unit) => ({ projectId, ...toUnitReference(unit) }))
      : [],
  )

const toUnitReference = ({
  unitType,
}: Pick<Unit, 'unitType'>): Omit<CatalogReference, 'projectId'> => ({
  object: unitType.startsWith('sku_') ? 'sku' : 'product',
  id: unitType,
})

/** Adds to `catalog` what is stored of `references`. */
export async function addToCatalog(
  db: Db,
  catalog: EvaluationState['catalog'],
  references: readonly CatalogReference[],
): Promise<void> {
  const missing = references.filter((reference) => !catalog.has(catalogKey(reference)))
  const entries = await findCatalogEntries(db, missing)
  for (const [index, reference] of missing.entries()) {
    const entry = entries[index]
    if (entry) catalog.set(catalogKey(reference), entry)
  }
}

/** Who asks, for which targets: the counters of both must be known. */
export type UsageQuestion = {
  projectId: string
  targets: readonly Target[]
  occasion: UsageOccasion
  timeZone: string
  now: Date
}

/** Whether anything in `state` has counters or a rule that could ask for some: mostly nothing does. */
export const mayCount = ({ usageKinds, rules }: EvaluationState): boolean =>
  usageKinds.size > 0 || rules.size > 0

/** Reads what the counters of `questions` say. */
export async function readUsageOf(
  db: Db,
  state: EvaluationState,
  questions: readonly UsageQuestion[],
): Promise<void> {
  for (const [text, used] of await readUsage(db, toWanted(questions))) state.usage.set(text, used)
}

/**
 * The same with every counter locked until `tx` ends, after vouchers, orders and customers, so that rivals
 * for the last use within a limit see what was left of it.
 */
export async function lockUsageOf(
  tx: Tx,
  state: EvaluationState,
  questions: readonly UsageQuestion[],
): Promise<void> {
  const needs = questions.flatMap(({ targets }) => targets.flatMap(({ usage }) => usage))
  if (needs.length === 0) return
  saveUsageKinds(
    tx,
    needs.filter((need) => !isKept(state, need)),
  )
  for (const [text, used] of await lockUsage(tx, toWanted(questions))) state.usage.set(text, used)
}

const isKept = ({ usageKinds }: EvaluationState, need: UsageKind): boolean =>
  (usageKinds.get(need.objectId) ?? []).some(
    ({ measure, subject, period }) =>
      measure === need.measure && subject === need.subject && period === need.period,
  )

const toWanted = (questions: readonly UsageQuestion[]): WantedUsage[] =>
  questions.flatMap(({ targets, occasion, projectId, timeZone, now }) =>
    targets.flatMap(({ usage }) =>
      usage.flatMap((kind) => {
        const key = toUsageKey(kind, occasion)
        return key ? [{ key, projectId, timeZone, now }] : []
      }),
    ),
  )
