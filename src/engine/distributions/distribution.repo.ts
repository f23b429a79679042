import { type Selectable, sql } from 'kysely'
import type { Json, JsonObject } from '../../kernel/json.ts'
import { type CreatedPosition, olderThan } from '../../platform/created-order.ts'
import type { Distribution as Row } from '../../platform/db.tables.ts'
import { type Db, statement, type Tx } from '../../platform/db.ts'
import { type EndpointRow, toEndpoint } from '../webhooks/index.ts'
import {
  BY_HAND,
  type Distribution,
  type DistributionStatus,
  type TriggerEvent,
} from './distribution.ts'

export type DistributionReference = { projectId: string; id: string }

type DistributionRow = Selectable<Row> & EndpointRow

const toDistribution = (row: DistributionRow): Distribution => ({
  id: row.id,
  projectId: row.project_id,
  name: row.name,
  trigger: {
    event: row.trigger_event as TriggerEvent,
    customEvent: row.custom_event,
    segmentId: row.segment_id,
    campaignId: row.trigger_campaign_id,
  },
  eventName: row.event_name,
  body: row.body === null ? null : (JSON.parse(row.body) as { [key: string]: Json }),
  campaignId: row.campaign_id,
  promotionTierId: row.promotion_tier_id,
  limits: { perDay: row.per_customer_per_day, perMonth: row.per_customer_per_month },
  setLiveAt: row.set_live_at,
  doneAt: row.done_at,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  endpoint: toEndpoint(row),
})

const ENDPOINT_COLUMNS =
  'target_url, headers_sealed, is_enabled, disabled_reason, failures, last_failure, last_success_at, next_attempt_at'
const SELECT = `select distribution.*, ${ENDPOINT_COLUMNS}
    from distribution join webhook_endpoint endpoint using (id)`

const FIND = statement(
  'find_distribution',
  `${SELECT} where distribution.project_id = $1 and distribution.id = $2`,
)
const LOCK = statement('lock_distribution', `${FIND.text} for no key update`)
const FIND_TRIGGERED = statement(
  'find_triggered_distributions',
  `${SELECT} where distribution.project_id = $1 and trigger_event = any($2::text[])
      and (is_enabled or trigger_event = '${BY_HAND}')
    order by distribution.created_at, distribution.id
      for key share of distribution`,
)

export async function findDistribution(
  db: Db,
  { projectId, id }: DistributionReference,
): Promise<Distribution | undefined> {
  const [row] = await db.run<DistributionRow>(FIND, [projectId, id])
  return row && toDistribution(row)
}

/** Locks a distribution and its endpoint until `tx` ends, so that whoever changes it does not undo another's change. */
export async function lockDistribution(
  tx: Tx,
  { projectId, id }: DistributionReference,
): Promise<Distribution | undefined> {
  const [row] = await tx.run<DistributionRow>(LOCK, [projectId, id])
  return row && toDistribution(row)
}

/** Those of a project that types of occurrences can send, the oldest first; none is deleted until `tx` ends. */
export async function findTriggered(
  tx: Tx,
  projectId: string,
  types: readonly string[],
): Promise<Distribution[]> {
  return (await tx.run<DistributionRow>(FIND_TRIGGERED, [projectId, types])).map(toDistribution)
}

export type DistributionFilter = {
  status?: DistributionStatus | undefined
  trigger?: string | undefined
  campaignId?: string | undefined
  segmentId?: string | undefined
}

/** Distributions of a project, newest first. */
export async function listDistributions(
  db: Db,
  projectId: string,
  {
    limit,
    after,
    status,
    trigger,
    campaignId,
    segmentId,
  }: DistributionFilter & { limit: number; after?: CreatedPosition | undefined },
): Promise<Distribution[]> {
  const rows = await db.kysely
    .selectFrom(
      sql<DistributionRow>`(${sql.raw(SELECT)} where distribution.project_id = ${projectId})`.as(
        'distribution',
      ),
    )
    .selectAll()
    .$if(status === 'PAUSED', (all) => all.where('is_enabled', '=', false))
    .$if(status === 'TO SEND', (all) =>
      all.where('is_enabled', '=', true).where('done_at', 'is', null),
    )
    .$if(status === 'DONE', (all) =>
      all.where('is_enabled', '=', true).where('done_at', 'is not', null),
    )
    .$if(trigger !== undefined, (all) => all.where('trigger_event', '=', trigger ?? ''))
    .$if(campaignId !== undefined, (all) => all.where('campaign_id', '=', campaignId ?? ''))
    .$if(segmentId !== undefined, (all) => all.where('segment_id', '=', segmentId ?? ''))
    .$if(after !== undefined, (all) => all.where(olderThan(after as CreatedPosition)))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toDistribution)
}

/** What of a distribution is stored beside its endpoint. */
export type StoredDistribution = Omit<Distribution, 'endpoint' | 'doneAt'>

const toColumns = (distribution: StoredDistribution) => ({
  name: distribution.name,
  trigger_event: distribution.trigger.event,
  custom_event: distribution.trigger.customEvent,
  segment_id: distribution.trigger.segmentId,
  trigger_campaign_id: distribution.trigger.campaignId,
  event_name: distribution.eventName,
  body: distribution.body && JSON.stringify(distribution.body satisfies JsonObject),
  campaign_id: distribution.campaignId,
  promotion_tier_id: distribution.promotionTierId,
  per_customer_per_day: distribution.limits.perDay,
  per_customer_per_month: distribution.limits.perMonth,
  set_live_at: distribution.setLiveAt,
  updated_at: distribution.updatedAt,
})

export async function insertDistribution(tx: Tx, distribution: StoredDistribution): Promise<void> {
  const { id, projectId, createdAt } = distribution
  await tx.kysely
    .insertInto('distribution')
    .values({
      ...toColumns(distribution),
      id,
      project_id: projectId,
      created_at: createdAt,
    })
    .execute()
}

export async function updateDistribution(tx: Tx, distribution: StoredDistribution): Promise<void> {
  await tx.kysely
    .updateTable('distribution')
    .set(toColumns(distribution))
    .where('id', '=', distribution.id)
    .execute()
}

const FIND_SCHEDULED = statement(
  'find_scheduled_distribution',
  `${SELECT} where trigger_event = '${BY_HAND}' and done_at is null and is_enabled and set_live_at <= $1
    order by distribution.id <= $2, distribution.id limit 1
      for no key update of distribution skip locked`,
)
const GO_ON = statement(
  'go_on_with_distribution',
  'update distribution set scheduled_after = $2, done_at = $3 where id = $1',
)

/**
 * One that is to be sent by hand now and that nobody else is at, locked until `tx` ends, and who was looked at last. It is
 * the next in turn behind `last`, so that none waits until a longer one is through, or for one that fails.
 */
export async function lockScheduled(
  tx: Tx,
  { now, last }: { now: Date; last: string },
): Promise<{ distribution: Distribution; after: string | null } | undefined> {
  const [row] = await tx.run<DistributionRow>(FIND_SCHEDULED, [now, last])
  return row && { distribution: toDistribution(row), after: row.scheduled_after }
}

/** Notes who was looked at last; `doneAt` when that was everybody. */
export function goOnWith(
  tx: Tx,
  id: string,
  { after, doneAt }: { after: string | null; doneAt: Date | null },
): void {
  tx.send(GO_ON, [id, after, doneAt])
}
