import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { notFound } from '../../kernel/api-error.ts'
import type { Db } from '../../platform/db.ts'
import type { BinList } from './trash-bin.schema.ts'

/** Something in the bin (engine-programs §14.3). */
export type BinEntry = {
  id: string
  binned_at: Date
  resource_type: 'voucher' | 'campaign' | 'product' | 'sku'
  resource_id: string
  resource_name: string | null
  resource_parent_id: string | null
}

/**
 * Everything in the bin of a project, called `entry`. What went there with its campaign or product is a part of that
 * entry. An id is the time and the resource, so that entries sort by it.
 */
const binOf = (projectId: string): RawBuilder<unknown> => sql`(
  select ('tbe_' || lpad(to_hex((extract(epoch from binned_at) * 1000)::bigint), 11, '0') || '_' || resource_id)
           collate "C" as id,
         binned.*
    from (
      select voucher.deleted_at as binned_at, 'voucher' as resource_type, voucher.id as resource_id,
             voucher.code as resource_name, voucher.campaign_id as resource_parent_id
        from voucher left join campaign on campaign.id = voucher.campaign_id
       where voucher.project_id = ${projectId} and voucher.deleted_at is not null and campaign.deleted_at is null
       union all
      select deleted_at, 'campaign', id, name, null
        from campaign where project_id = ${projectId} and deleted_at is not null
       union all
      select deleted_at, 'product', id, coalesce(name, source_id), null
        from product where project_id = ${projectId} and deleted_at is not null
       union all
      select sku.deleted_at, 'sku', sku.id, coalesce(sku.sku, sku.source_id), sku.product_id
        from sku join product on product.project_id = sku.project_id and product.id = sku.product_id
       where sku.project_id = ${projectId} and sku.deleted_at is not null and product.deleted_at is null
    ) as binned
) as entry`

/** Some entries of the bin, how many match in all, and whether more follow. */
export async function listBin(
  db: Db,
  projectId: string,
  { limit, direction, after, filter }: BinList,
): Promise<{ entries: BinEntry[]; total: number; hasMore: boolean }> {
  const matching: RawBuilder<SqlBool> = filter ?? sql`true`
  const following =
    after === undefined
      ? sql`true`
      : direction === 'asc'
        ? sql`entry.id > ${after}`
        : sql`entry.id < ${after}`
  const [page, count] = await Promise.all([
    sql<BinEntry>`select entry.* from ${binOf(projectId)} where ${matching} and ${following}
                   order by entry.id ${sql.raw(direction)} limit ${limit + 1}`.execute(db.kysely),
    sql<{
      total: number
    }>`select count(*) as total from ${binOf(projectId)} where ${matching}`.execute(db.kysely),
  ])
  return {
    entries: page.rows.slice(0, limit),
    total: count.rows[0]?.total ?? 0,
    hasMore: page.rows.length > limit,
  }
}

/** The entry with `id`; throws `not_found`. */
export async function getBinEntry(db: Db, projectId: string, id: string): Promise<BinEntry> {
  const { rows } =
    await sql<BinEntry>`select entry.* from ${binOf(projectId)} where entry.id = ${id}`.execute(
      db.kysely,
    )
  if (!rows[0]) throw notFound('trash_bin_entry', id)
  return rows[0]
}
