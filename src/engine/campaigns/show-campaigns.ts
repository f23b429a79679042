import type { Json, JsonObject } from '../../kernel/json.ts'
import type { Db } from '../../platform/db.ts'
import { findCategories, toCategoryView } from '../categories/index.ts'
import { findTiersOfCampaigns, showTiers } from '../promotions/index.ts'
import { findAssignments, toAssignmentsView } from '../validation-rules/index.ts'
import type { Campaign } from './campaign.ts'
import { toCampaignView, toListedCampaign } from './campaign-view.ts'

/** The categories of each campaign, at its place. */
async function findCategoryViews(db: Db, campaigns: readonly Campaign[]): Promise<Json[][]> {
  const [first] = campaigns
  if (!first) return []
  const categories = await findCategories(
    db,
    first.projectId,
    campaigns.flatMap(({ categoryId }) => categoryId ?? []),
  )
  return campaigns.map(({ categoryId }) =>
    categories.filter(({ id }) => id === categoryId).map((category) => toCategoryView(category)),
  )
}

/** Campaigns as the API shows them, with their categories, rules and tiers. */
export async function showCampaigns(db: Db, campaigns: readonly Campaign[]): Promise<JsonObject[]> {
  const promotions = campaigns.filter(({ campaignType }) => campaignType === 'PROMOTION')
  const ids = campaigns.map(({ id }) => id)
  const [tiers, assignments, categories] = await Promise.all([
    findTiersOfCampaigns(
      db,
      promotions.map(({ id }) => id),
    ),
    findAssignments(db, ids),
    findCategoryViews(db, campaigns),
  ])
  const tierViews = await showTiers(db, tiers)
  return campaigns.map((campaign, index) =>
    toCampaignView(campaign, {
      categories: categories[index] ?? [],
      assignments: toAssignmentsView(assignments.get(campaign.id) ?? []),
      tiers: tierViews.filter((_view, place) => tiers[place]?.campaignId === campaign.id),
    }),
  )
}

/** Campaigns as lists show them. */
export async function showListedCampaigns(
  db: Db,
  campaigns: readonly Campaign[],
): Promise<JsonObject[]> {
  const categories = await findCategoryViews(db, campaigns)
  return campaigns.map((campaign, index) => toListedCampaign(campaign, categories[index] ?? []))
}
