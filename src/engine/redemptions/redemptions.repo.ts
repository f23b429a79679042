import { money } from '../../kernel/money.ts'
import { type Db, type Statement, statement, type Tx } from '../../platform/db.ts'
import { toJsonList } from '../../platform/json-list.ts'
import type { Redemption } from './redemption.ts'

export type RedemptionRow = {
  id: string
  project_id: string
  object: Redemption['object']
  result: Redemption['result']
  status: Redemption['status']
  parent_id: string | null
  is_parent: boolean
  redemption_id: string | null
  customer_id: string | null
  voucher_id: string | null
  promotion_tier_id: string | null
  campaign_id: string | null
  voucher_code: string | null
  order_id: string | null
  tracking_id: string | null
  amount_minor: number | null
  points: number | null
  discount_minor: number | null
  usage: Redemption['usage']
  failure_code: string | null
  failure_message: string | null
  reason: string | null
  metadata: Redemption['metadata']
  order_snapshot: Redemption['orderSnapshot']
  app_id: string | null
  created_at: Date
}

export const toRedemption = (row: RedemptionRow): Redemption => ({
  id: row.id,
  projectId: row.project_id,
  object: row.object,
  result: row.result,
  status: row.status,
  parentId: row.parent_id,
  isParent: row.is_parent,
  redemptionId: row.redemption_id,
  customerId: row.customer_id,
  voucherId: row.voucher_id,
  promotionTierId: row.promotion_tier_id,
  campaignId: row.campaign_id,
  voucherCode: row.voucher_code,
  orderId: row.order_id,
  trackingId: row.tracking_id,
  amount: row.amount_minor === null ? null : money(row.amount_minor),
  points: row.points,
  discount: row.discount_minor === null ? null : money(row.discount_minor),
  usage: row.usage,
  failureCode: row.failure_code,
  failureMessage: row.failure_message,
  reason: row.reason,
  metadata: row.metadata,
  orderSnapshot: row.order_snapshot,
  appId: row.app_id,
  createdAt: row.created_at,
})

const INSERT = statement(
  'insert_redemptions',
  `insert into redemption (id, project_id, object, result, status, parent_id, is_parent, redemption_id,
     customer_id, voucher_id, voucher_code, order_id, tracking_id, amount_minor, failure_code,
     failure_message, reason, metadata, order_snapshot, app_id, created_at, promotion_tier_id, campaign_id,
     points, discount_minor, usage)
   select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::boolean[],
     $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::bigint[], $15::text[],
     $16::text[], $17::text[], json_list($18), json_list($19), $20::text[], $21::timestamptz[],
     $22::text[], $23::text[], $24::bigint[], $25::bigint[], jsonb_list($26))`,
)

/** Writes lines of the history. */
export function insertRedemptions(tx: Tx, redemptions: readonly Redemption[]): void {
  if (redemptions.length === 0) return
  const column = <T>(pick: (redemption: Redemption) => T): T[] => redemptions.map(pick)
  tx.send(INSERT, [
    column((r) => r.id),
    column((r) => r.projectId),
    column((r) => r.object),
    column((r) => r.result),
    column((r) => r.status),
    column((r) => r.parentId),
    column((r) => r.isParent),
    column((r) => r.redemptionId),
    column((r) => r.customerId),
    column((r) => r.voucherId),
    column((r) => r.voucherCode),
    column((r) => r.orderId),
    column((r) => r.trackingId),
    column((r) => r.amount),
    column((r) => r.failureCode),
    column((r) => r.failureMessage),
    column((r) => r.reason),
    toJsonList(column((r) => r.metadata)),
    toJsonList(column((r) => r.orderSnapshot)),
    column((r) => r.appId),
    column((r) => r.createdAt),
    column((r) => r.promotionTierId),
    column((r) => r.campaignId),
    column((r) => r.points),
    column((r) => r.discount),
    toJsonList(column((r) => r.usage)),
  ])
}

const FAMILY =
  'select * from redemption where (id = $1 or parent_id = $1) and project_id = $2 order by id'
const FIND_FAMILY = statement('find_redemption_family', FAMILY)
const LOCK_FAMILY = statement('lock_redemption_family', `${FAMILY} for update`)
const ROLL_BACK = statement(
  'roll_back_redemptions',
  `update redemption set status = 'ROLLED_BACK' where id = any($1::text[])`,
)

/** A redemption, followed by its parts in the order in which they were redeemed. */
export type Family = [Redemption, ...Redemption[]]

/** The line with this id in the project with the parts of its stack; undefined when there is none. */
export function findFamily(db: Db, projectId: string, id: string): Promise<Family | undefined> {
  return loadFamily(db, FIND_FAMILY, [id, projectId])
}

/** The same, locked until `tx` ends. Comes after the vouchers and the order. */
export function lockFamily(tx: Tx, projectId: string, id: string): Promise<Family | undefined> {
  return loadFamily(tx, LOCK_FAMILY, [id, projectId])
}

async function loadFamily(
  db: Db,
  prepared: Statement,
  [id, projectId]: [string, string],
): Promise<Family | undefined> {
  const rows = await db.run<RedemptionRow>(prepared, [id, projectId])
  const head = rows.find((row) => row.id === id)
  if (!head) return undefined
  return [toRedemption(head), ...rows.filter((row) => row !== head).map(toRedemption)]
}

/** Marks redemptions as undone. */
export function markRolledBack(tx: Tx, ids: readonly string[]): void {
  tx.send(ROLL_BACK, [ids])
}
