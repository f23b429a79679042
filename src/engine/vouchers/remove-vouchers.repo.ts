import { statement, type Tx } from '../../platform/db.ts'
import type { Voucher } from './voucher.ts'
import { toVoucher, VOUCHER_ROW, type VoucherRow, WITH_CAMPAIGN } from './voucher-row.ts'

/** How many vouchers are gone, and those of them that somebody held. */
export type Removed = { count: number; held: Voucher[] }

// Always a row, so that the count comes where nobody held any.
const removed = (isHeld: string): string =>
  `select (select count(*) from gone)::integer as count, ${VOUCHER_ROW}
     from (select) as always left join gone as voucher on ${isHeld} ${WITH_CAMPAIGN}`

const BIN_NEXT = statement(
  'bin_campaign_vouchers',
  `with next as (
     select id from voucher where campaign_id = $1 and deleted_at is null order by id limit $2 for update
   ), gone as (
     update voucher set deleted_at = $3 from next where voucher.id = next.id returning voucher.*)
   ${removed('voucher.holder_id is not null')}`,
)

/** Puts the next codes of a campaign into the bin. */
export async function binNextVouchers(
  tx: Tx,
  campaignId: string,
  { limit, now }: { limit: number; now: Date },
): Promise<Removed> {
  return toRemoved(await tx.run<RemovedRow>(BIN_NEXT, [campaignId, limit, now]))
}

// Whose holders were told when they went into the bin are told no more.
const DELETE_NEXT = statement(
  'delete_campaign_vouchers',
  `with next as (select id from voucher where campaign_id = $1 order by id limit $2 for update),
        gone as (delete from voucher using next where voucher.id = next.id returning voucher.*)
   ${removed('voucher.holder_id is not null and voucher.deleted_at is null')}`,
)

/** Deletes the next codes of a campaign for good, also those in the bin. */
export async function deleteNextVouchers(
  tx: Tx,
  campaignId: string,
  limit: number,
): Promise<Removed> {
  return toRemoved(await tx.run<RemovedRow>(DELETE_NEXT, [campaignId, limit]))
}

type RemovedRow = { count: number } & (VoucherRow | { id: null })

const toRemoved = (rows: readonly RemovedRow[]): Removed => ({
  count: rows[0]?.count ?? 0,
  held: rows.flatMap((row) => (row.id === null ? [] : [toVoucher(row)])),
})
