import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { newSortableId } from '../../kernel/ids.ts'
import { type Db, statement, type Tx } from '../../platform/db.ts'
import { toJsonList } from '../../platform/json-list.ts'
import type { HolderRole, RedeemableHolder } from './redeemable-holder.ts'

export type HolderRow = {
  id: string
  project_id: string
  voucher_id: string
  campaign_id: string | null
  customer_id: string
  role: string
  publication_id: string | null
  metadata: unknown
  created_at: Date
}

/** A holder as it is stored. */
export const toHolder = (row: HolderRow): RedeemableHolder => ({
  id: row.id,
  projectId: row.project_id,
  voucherId: row.voucher_id,
  campaignId: row.campaign_id,
  customerId: row.customer_id,
  role: row.role as HolderRole,
  publicationId: row.publication_id,
  metadata: row.metadata as RedeemableHolder['metadata'],
  createdAt: row.created_at,
})

const SAVE = statement(
  'save_redeemable_holders',
  `insert into redeemable_holder (id, project_id, voucher_id, campaign_id, customer_id, role, publication_id,
                                  metadata, created_at)
   select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                        jsonb_list($8), $9::timestamptz[])
   on conflict (voucher_id, customer_id) do nothing
   returning *`,
)

/** What makes a customer a holder. */
export type NewHolder = Omit<RedeemableHolder, 'id' | 'metadata' | 'publicationId'> &
  Partial<Pick<RedeemableHolder, 'metadata' | 'publicationId'>>

/**
 * Notes who has vouchers from now on (C-40), each voucher and customer once; answers those who were none yet. Vouchers are
 * locked by the caller.
 */
export async function saveHolders(
  tx: Tx,
  holders: readonly NewHolder[],
): Promise<RedeemableHolder[]> {
  if (holders.length === 0) return []
  const rows = await tx.run<HolderRow>(SAVE, [
    holders.map(({ createdAt }) => newSortableId('redeemableHolder', createdAt.getTime())),
    holders.map(({ projectId }) => projectId),
    holders.map(({ voucherId }) => voucherId),
    holders.map(({ campaignId }) => campaignId),
    holders.map(({ customerId }) => customerId),
    holders.map(({ role }) => role),
    holders.map(({ publicationId }) => publicationId ?? null),
    toJsonList(holders.map(({ metadata }) => metadata ?? {})),
    holders.map(({ createdAt }) => createdAt),
  ])
  return rows.map(toHolder)
}

export const HOLDER_ORDER = ['id'] as const
export type HolderList = {
  limit: number
  direction: 'asc' | 'desc'
  /** The id of the entry after which the list goes on. */
  after: string | undefined
  filter: RawBuilder<SqlBool> | undefined
}

/** The entries of a customer or of a voucher that is not in the bin; how many match in all, and whether more follow. */
export async function listHolders(
  db: Db,
  { projectId, ...of }: { projectId: string } & ({ customerId: string } | { voucherId: string }),
  { limit, direction, after, filter }: HolderList,
): Promise<{ holders: RedeemableHolder[]; total: number; hasMore: boolean }> {
  const matching = db.kysely
    .selectFrom('redeemable_holder as holder')
    .innerJoin('voucher', 'voucher.id', 'holder.voucher_id')
    .leftJoin('campaign', 'campaign.id', 'holder.campaign_id')
    .where('holder.project_id', '=', projectId)
    .where((eb) =>
      'customerId' in of
        ? eb('holder.customer_id', '=', of.customerId)
        : eb('holder.voucher_id', '=', of.voucherId),
    )
    .where('voucher.deleted_at', 'is', null)
    .where(filter ?? sql<SqlBool>`true`)
  const sign = sql.raw(direction === 'desc' ? '<' : '>')
  const [rows, { total }] = await Promise.all([
    matching
      .$if(after !== undefined, (all) => all.where(sql<SqlBool>`holder.id ${sign} ${after}`))
      .selectAll('holder')
      .orderBy('holder.id', direction)
      .limit(limit + 1)
      .execute(),
    matching.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  return {
    holders: rows.slice(0, limit).map(toHolder),
    total,
    hasMore: rows.length > limit,
  }
}
