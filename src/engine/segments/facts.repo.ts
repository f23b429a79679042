import { type Db, statement } from '../../platform/db.ts'
import { type Customer, findSummaries, NO_SUMMARY } from '../customers/index.ts'
import { findShapes } from '../locations/index.ts'
import { findProjectSettings } from '../project-settings/index.ts'
import type { CustomerFacts, FilterNeeds, Surroundings } from './customer-facts.ts'
import { matchLocation } from './match-location.ts'
import { createMoment } from './moment.ts'

const COUNT_EVENTS = statement(
  'count_custom_events',
  `select customer_id, type, count(*) as count from custom_event
    where project_id = $1 and customer_id = any($2::text[]) and type = any($3::text[])
    group by customer_id, type`,
)
const FIND_PUBLICATIONS = statement(
  'find_publications_of_customers',
  `select customer_id, created_at,
          array_remove(coalesce(voucher_ids, array[voucher_id]) || campaign_id, null) as related_object_ids
     from publication
    where project_id = $1 and customer_id = any($2::text[]) and result = 'SUCCESS'`,
)

type Ids = { projectId: string; ids: readonly string[] }

async function countEvents(
  db: Db,
  { projectId, ids }: Ids,
  types: readonly string[],
): Promise<Map<string, Map<string, number>>> {
  const counts = new Map<string, Map<string, number>>()
  if (types.length === 0) return counts
  const rows = await db.run<{ customer_id: string; type: string; count: number }>(COUNT_EVENTS, [
    projectId,
    ids,
    types,
  ])
  for (const { customer_id, type, count } of rows) {
    const own = counts.get(customer_id) ?? new Map<string, number>()
    counts.set(customer_id, own.set(type, count))
  }
  return counts
}

type Publications = CustomerFacts['publications']

async function findPublications(
  db: Db,
  { projectId, ids }: Ids,
): Promise<Map<string, Publications>> {
  type Row = { customer_id: string; created_at: Date; related_object_ids: string[] }
  const publications = new Map<string, Publications[number][]>()
  for (const row of await db.run<Row>(FIND_PUBLICATIONS, [projectId, ids])) {
    const publication = { createdAt: row.created_at, relatedObjectIds: row.related_object_ids }
    const own = publications.get(row.customer_id)
    if (own) own.push(publication)
    else publications.set(row.customer_id, [publication])
  }
  return publications
}

/** What filters of these `needs` ask about customers of one project, in their order; a few statements for all. */
export async function loadFacts(
  db: Db,
  projectId: string,
  customers: readonly Customer[],
  {
    needs,
    membershipsOf,
  }: {
    needs: FilterNeeds
    membershipsOf: (customerId: string) => ReadonlySet<string>
  },
): Promise<CustomerFacts[]> {
  const of: Ids = { projectId, ids: customers.map(({ id }) => id) }
  const [summaries, events, publications] = await Promise.all([
    needs.summary ? findSummaries(db, customers) : undefined,
    countEvents(db, of, needs.events),
    needs.publications ? findPublications(db, of) : undefined,
  ])
  return customers.map((customer) => ({
    customer,
    summary: summaries?.get(customer.id) ?? NO_SUMMARY,
    events: events.get(customer.id) ?? new Map(),
    publications: publications?.get(customer.id) ?? [],
    segmentIds: membershipsOf(customer.id),
  }))
}

/** What filters of these `needs` are evaluated with, at `now`. */
export async function loadSurroundings(
  db: Db,
  projectId: string,
  { now, needs }: { now: Date; needs: Pick<FilterNeeds, 'locations'> },
): Promise<Surroundings> {
  const [settings, shapes] = await Promise.all([
    findProjectSettings(db, [projectId]),
    findShapes(db, projectId, needs.locations),
  ])
  return {
    moment: createMoment(now, settings.get(projectId)?.timeZone ?? 'UTC'),
    locations: new Map([...shapes].map(([id, shape]) => [id, matchLocation(shape)])),
  }
}
