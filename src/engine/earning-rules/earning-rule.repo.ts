import type { Selectable } from 'kysely'
import { notFound } from '../../kernel/api-error.ts'
import type { EarningRule as Row } from '../../platform/db.tables.ts'
import { type Db, statement, type Tx } from '../../platform/db.ts'
import type { Order, Page } from '../api/index.ts'
import { fromValidityRow, toValidityRow } from '../validity/index.ts'
import type { Calculation, EarningRule, Metadata } from './earning-rule.ts'

type RuleRow = Selectable<Row>

const toRule = (row: RuleRow): EarningRule => ({
  id: row.id,
  projectId: row.project_id,
  campaignId: row.campaign_id,
  event: row.event,
  calculation: row.calculation as unknown as Calculation,
  eventSchemaId: row.event_schema_id,
  segmentId: row.segment_id,
  tierId: row.tier_id,
  pendingDays: row.pending_days,
  banner: row.banner,
  isActive: row.is_active,
  validity: fromValidityRow(row),
  expirationRules: row.expiration_rules as EarningRule['expirationRules'],
  automationId: row.automation_id,
  metadata: row.metadata as Metadata,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

const toJson = (value: unknown): string | null => (value === null ? null : JSON.stringify(value))

function toRow(rule: EarningRule) {
  const validity = toValidityRow(rule.validity)
  return {
    id: rule.id,
    project_id: rule.projectId,
    campaign_id: rule.campaignId,
    event: rule.event,
    calculation: JSON.stringify(rule.calculation),
    event_schema_id: rule.eventSchemaId,
    segment_id: rule.segmentId,
    tier_id: rule.tierId,
    pending_days: rule.pendingDays,
    banner: rule.banner,
    is_active: rule.isActive,
    start_date: validity.start_date,
    expiration_date: validity.expiration_date,
    validity_timeframe: toJson(validity.validity_timeframe),
    validity_day_of_week: toJson(validity.validity_day_of_week),
    validity_hours: toJson(validity.validity_hours),
    expiration_rules: toJson(rule.expirationRules),
    automation_id: rule.automationId,
    metadata: JSON.stringify(rule.metadata),
    created_at: rule.createdAt,
    updated_at: rule.updatedAt,
  }
}

const OF_EVENTS = statement(
  'find_earning_rules',
  `select rule.* from earning_rule rule
     join campaign on campaign.id = rule.campaign_id and campaign.deleted_at is null and campaign.is_active
    where rule.project_id = $1 and rule.event = any($2::text[]) and rule.is_active
    order by rule.created_at, rule.id`,
)

/** The rules of a project that some of the events set off, in the order in which they were made (§8.4). */
export async function findRulesOfEvents(
  db: Db,
  projectId: string,
  events: readonly string[],
): Promise<EarningRule[]> {
  if (events.length === 0) return []
  return (await db.run<RuleRow>(OF_EVENTS, [projectId, [...new Set(events)]])).map(toRule)
}

const ofProgram = (db: Db, campaignId: string) =>
  db.kysely.selectFrom('earning_rule').where('campaign_id', '=', campaignId)

/** A rule of a program. Throws `not_found`. */
export async function getRule(db: Db, campaignId: string, id: string): Promise<EarningRule> {
  const row = await ofProgram(db, campaignId).selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) throw notFound('earning_rule', id)
  return toRule(row)
}

/** The same, locked until `tx` ends. */
export async function lockRule(tx: Tx, campaignId: string, id: string): Promise<EarningRule> {
  const row = await ofProgram(tx, campaignId)
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!row) throw notFound('earning_rule', id)
  return toRule(row)
}

export type RuleList = { page: Page; order: Order<'created_at' | 'updated_at'> }

/** One page of the rules of a program, and how many there are in all. */
export async function listRules(
  db: Db,
  campaignId: string,
  { page, order: { column, direction } }: RuleList,
): Promise<{ rules: EarningRule[]; total: number }> {
  const [rows, { total }] = await Promise.all([
    ofProgram(db, campaignId)
      .selectAll()
      .orderBy(column, (by) => (direction === 'desc' ? by.desc() : by.asc()).nullsLast())
      .orderBy('created_at', direction)
      .orderBy('id', direction)
      .limit(page.limit)
      .offset(page.offset)
      .execute(),
    ofProgram(db, campaignId)
      .select((eb) => eb.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow(),
  ])
  return { rules: rows.map(toRule), total }
}

export async function insertRules(tx: Tx, rules: readonly EarningRule[]): Promise<void> {
  await tx.kysely.insertInto('earning_rule').values(rules.map(toRow)).execute()
}

/** Stores a rule that `tx` has locked as it is now. */
export async function updateRule(tx: Tx, rule: EarningRule): Promise<void> {
  await tx.kysely.updateTable('earning_rule').set(toRow(rule)).where('id', '=', rule.id).execute()
}

export async function deleteRule(tx: Tx, id: string): Promise<void> {
  await tx.kysely.deleteFrom('earning_rule').where('id', '=', id).execute()
}

const LOCK = statement(
  'earning_rules_change',
  `select pg_advisory_xact_lock(hashtextextended('earning-rules ' || $1, 0))`,
)
const COUNT = statement(
  'count_earning_rules',
  `select count(*) as count from earning_rule rule join campaign on campaign.id = rule.campaign_id
    where rule.project_id = $1 and campaign.deleted_at is null`,
)

/** How many rules the project has, but for those of programs in the bin. Whoever else is about to change their number waits for the end of `tx`. */
export async function countRules(tx: Tx, projectId: string): Promise<number> {
  await tx.run(LOCK, [projectId])
  const [row] = await tx.run<{ count: number }>(COUNT, [projectId])
  return row?.count ?? 0
}
