import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { parseIsoDate } from '../../kernel/time.ts'
import type { Db } from '../../platform/db.ts'
import { type FilterField, toFilterCondition } from '../api/index.ts'
import type { Voucher } from './voucher.ts'
import type { VoucherList } from './voucher-list.schema.ts'
import { toVoucher } from './voucher-row.ts'

/**
 * One page of a project's vouchers outside the bin, and how many there are in all (R-LIST-08). Asking
 * for an unknown customer or campaign finds none (R-LIST-10). `now` decides which have expired.
 */
export async function listVouchers(
  db: Db,
  projectId: string,
  list: VoucherList,
  now: Date,
): Promise<{ vouchers: Voucher[]; total: number }> {
  const conditions = toConditions(list, now)
  const matching = conditions.reduce(
    (query, condition) => query.where(condition),
    db.kysely
      .selectFrom('voucher')
      .where('project_id', '=', projectId)
      .where('deleted_at', 'is', null),
  )
  const { column, direction } = list.order
  const [rows, { total }] = await Promise.all([
    matching
      .selectAll()
      .select(
        sql<
          string | null
        >`(select campaign.name from campaign where campaign.id = voucher.campaign_id)`.as(
          'campaign_name',
        ),
      )
      .orderBy(column, (order) => (direction === 'desc' ? order.desc() : order.asc()).nullsLast())
      .orderBy('created_at', direction)
      .orderBy('id', direction)
      .limit(list.page.limit)
      .offset(list.page.offset)
      .execute(),
    matching.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  return { vouchers: rows.map(toVoucher), total }
}

function toConditions(list: VoucherList, now: Date): RawBuilder<SqlBool>[] {
  const { code, category, campaign, customer, ids, createdAt, updatedAt } = list
  const conditions: (RawBuilder<SqlBool> | undefined | false)[] = [
    code !== undefined && sql`code = ${code}`,
    category !== undefined && sql`category = ${category}`,
    campaign !== undefined &&
      sql`campaign_id in (select campaign.id from campaign
            where campaign.project_id = voucher.project_id
              and (campaign.id = ${campaign} or campaign.name = ${campaign}))`,
    ids !== undefined && sql`id = any(${ids}::text[])`,
    customer !== undefined &&
      sql`holder_id in (select customer.id from customer
            where customer.project_id = voucher.project_id
              and (customer.id = ${customer} or customer.source_id = ${customer}))`,
    ...toRange(sql`created_at`, createdAt),
    ...toRange(sql`updated_at`, updatedAt),
    toFilterCondition(list.filters, (name) => toField(name, now)),
  ]
  return conditions.filter((condition) => condition !== undefined && condition !== false)
}

/** Both bounds exclusive, as `$after` and `$before` of filters are. */
function toRange(
  column: RawBuilder<unknown>,
  { before, after }: { before?: string; after?: string },
): RawBuilder<SqlBool>[] {
  return [
    ...(before === undefined ? [] : [sql<SqlBool>`${column} < ${parseIsoDate(before)}`]),
    ...(after === undefined ? [] : [sql<SqlBool>`${column} > ${parseIsoDate(after)}`]),
  ]
}

/** The fields a list of vouchers can be filtered by (R-LIST-09). */
function toField(name: string, now: Date): FilterField | undefined {
  if (name.startsWith('metadata.')) {
    return { kind: 'text', column: sql`metadata ->> ${name.slice('metadata.'.length)}` }
  }
  switch (name) {
    case 'code':
    case 'holder_id':
      return { kind: 'text', column: sql.ref(name) }
    case 'campaign_ids':
      return { kind: 'text', column: sql`campaign_id` }
    case 'category_ids':
      return { kind: 'text', column: sql`category_id` }
    case 'voucher_type':
      return { kind: 'text', column: sql`type` }
    case 'is_referral_code':
      return { kind: 'flag', column: sql`is_referral_code` }
    case 'redemption.redeemed_quantity':
      return { kind: 'number', column: sql`redeemed_quantity` }
    case 'start_date':
    case 'expiration_date':
      return { kind: 'date', column: sql.ref(name), now }
    case 'active':
      return { kind: 'states', states: toStates(now) }
    default:
      return undefined
  }
}

/** `$active` is what can be redeemed now as far as flag and dates go (R-VALID-02). */
const toStates = (now: Date): Record<string, RawBuilder<SqlBool>> => ({
  $enabled: sql`is_active`,
  $disabled: sql`not is_active`,
  $expired: sql`coalesce(expiration_date <= ${now}, false)`,
  $active: sql`(is_active and coalesce(start_date <= ${now}, true) and coalesce(expiration_date > ${now}, true))`,
})
