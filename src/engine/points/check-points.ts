import { type Db, statement } from '../../platform/db.ts'

/** A card whose numbers disagree. */
export type PointsDifference = {
  voucherId: string
  code: string
  balance: number
  /** What the ledger comes to: what was on the card before its first line, and all its lines. */
  ofLedger: number
  /** What the active lots come to; what was never held has none. */
  ofLots: number
  /** What the card says will come onto it, and what does. */
  pending: number
  ofPending: number
  /** Whether the sums of the card are those of the ledger's lines by kind. */
  hasRightSums: boolean
}

const CHECK = statement(
  'check_points',
  `with card as materialized (
     select id, code, points, expired_points, subtracted_points, redeemed_points, pending_points, holder_id,
            points - expired_points - subtracted_points - redeemed_points as balance
       from voucher
      where project_id = $1 and type = 'LOYALTY_CARD' and id > $2 and deleted_at is null
        and not exists (select from campaign where campaign.id = voucher.campaign_id and campaign.deleted_at is not null)
      order by id limit $3
   ), ledger as (
     select voucher_id, sum(amount_minor)::bigint as moved,
            (array_agg(balance_minor - amount_minor order by id))[1] as first,
            -coalesce(sum(amount_minor) filter (where type = 'POINTS_EXPIRATION'), 0)::bigint as expired,
            -coalesce(sum(amount_minor) filter (where type in ('POINTS_REMOVAL', 'POINTS_TRANSFER_OUT')), 0)::bigint
              as subtracted,
            -coalesce(sum(amount_minor) filter (where type in ('POINTS_REDEMPTION', 'POINTS_REFUND')), 0)::bigint
              as redeemed
       from voucher_transaction where voucher_id in (select id from card) group by voucher_id
   ), lots as (
     select voucher_id, sum(points) filter (where status = 'ACTIVE')::bigint as points
       from points_bucket where voucher_id in (select id from card) group by voucher_id
   ), pending as (
     select voucher_id, sum(points)::bigint as points
       from pending_points where status = 'PENDING' and voucher_id in (select id from card) group by voucher_id
   ), checked as (
     select card.*, coalesce(ledger.first + ledger.moved, card.balance) as of_ledger,
            case when lots.voucher_id is null and card.holder_id is null then card.balance
                 else coalesce(lots.points, 0) end as of_lots,
            coalesce(pending.points, 0) as of_pending,
            coalesce(ledger.expired, 0) = expired_points and coalesce(ledger.subtracted, 0) = subtracted_points
              and coalesce(ledger.redeemed, 0) = redeemed_points as has_right_sums
       from card left join ledger on ledger.voucher_id = card.id left join lots on lots.voucher_id = card.id
       left join pending on pending.voucher_id = card.id
   )
   select *, (select max(id) from card) as last from checked
    where balance <> of_ledger or balance <> of_lots or pending_points <> of_pending or not has_right_sums
   union all
   select null, null, null, null, null, null, null, null, null, null, null, null, null, max(id) from card`,
)

type Row = {
  id: string | null
  code: string
  balance: number
  of_ledger: number
  of_lots: number
  pending_points: number
  of_pending: number
  has_right_sums: boolean
  last: string | null
}

const PAGE = 1_000

/**
 * Compares the balance of every loyalty card of a project outside the bin, where lots end by themselves, with its ledger, its lots and its pending points. Answers the
 * cards whose numbers disagree, which are none unless something is broken. It reads page by page, each as of one moment.
 */
export async function checkPoints(db: Db, projectId: string): Promise<PointsDifference[]> {
  const differences: PointsDifference[] = []
  for (let after: string | null = ''; after !== null; ) {
    const rows: Row[] = await db.run<Row>(CHECK, [projectId, after, PAGE])
    differences.push(...rows.flatMap(toDifference))
    after = rows.at(-1)?.last ?? null
  }
  return differences
}

const toDifference = (row: Row): PointsDifference[] =>
  row.id === null
    ? []
    : [
        {
          voucherId: row.id,
          code: row.code,
          balance: row.balance,
          ofLedger: row.of_ledger,
          ofLots: row.of_lots,
          pending: row.pending_points,
          ofPending: row.of_pending,
          hasRightSums: row.has_right_sums,
        },
      ]
