import type { Selectable } from 'kysely'
import { newSortableId } from '../../kernel/ids.ts'
import type { PointsBucket as Row } from '../../platform/db.tables.ts'
import { type Db, statement, type Tx } from '../../platform/db.ts'
import type { Bucket } from './bucket.ts'
import type { Day } from './calculate-expiration.ts'

// Whoever changes lots holds the lock on their card, so that nobody else does.

const toBucket = (row: Selectable<Row>): Bucket => ({
  id: row.id,
  projectId: row.project_id,
  voucherId: row.voucher_id,
  campaignId: row.campaign_id,
  points: row.points,
  status: row.status as Bucket['status'],
  expiresAt: row.expires_at as Day | null,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

export type NewBucket = Pick<
  Bucket,
  'projectId' | 'voucherId' | 'campaignId' | 'points' | 'expiresAt'
>

const GIVEN = `unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::date[])
            as given (id, project_id, voucher_id, campaign_id, points, expires_at)`
const COLUMNS = 'id, project_id, voucher_id, campaign_id, points, expires_at, created_at'

const INSERT = statement(
  'insert_points_buckets',
  `insert into points_bucket (${COLUMNS}) select given.*, $7::timestamptz from ${GIVEN}`,
)
const OPEN = statement(
  'open_points_buckets',
  `insert into points_bucket (${COLUMNS})
   select given.*, $7::timestamptz from ${GIVEN}
    where not exists (select from points_bucket where points_bucket.voucher_id = given.voucher_id)`,
)

const toValues = (buckets: readonly NewBucket[], now: Date): unknown[] => [
  buckets.map(() => newSortableId('pointsBucket', now.getTime())),
  buckets.map(({ projectId }) => projectId),
  buckets.map(({ voucherId }) => voucherId),
  buckets.map(({ campaignId }) => campaignId),
  buckets.map(({ points }) => points),
  buckets.map(({ expiresAt }) => expiresAt),
  now,
]

/** Stores new lots. */
export function insertBuckets(tx: Tx, buckets: readonly NewBucket[], now: Date): void {
  if (buckets.length > 0) tx.send(INSERT, toValues(buckets, now))
}

/** Stores the first lots of cards, at most one each; cards that had any lot keep what they have. */
export function openBuckets(tx: Tx, buckets: readonly NewBucket[], now: Date): void {
  const opening = buckets.filter(({ points }) => points > 0)
  if (opening.length > 0) tx.send(OPEN, toValues(opening, now))
}

/** Points that a movement of the ledger takes from a card. */
export type Taking = { voucherId: string; transactionId: string; points: number }

// Both the lots of a card, in the order in which they are spent, and what is taken from it lie one behind the other on
// a line of points; what is taken from a lot is where the two overlap.
const TAKE = statement(
  'take_from_points_buckets',
  `with wanted as materialized (
     select voucher_id, transaction_id, points,
            sum(points) over (partition by voucher_id order by place) as upto
       from unnest($1::text[], $2::text[], $3::bigint[]) with ordinality as given (voucher_id, transaction_id, points, place)
   ), lot as materialized (
     select id, voucher_id, points,
            sum(points) over (partition by voucher_id order by expires_at nulls last, created_at, id) as upto
       from points_bucket
      where voucher_id = any($1::text[]) and status = 'ACTIVE' and points > 0
   ), taken as materialized (
     select lot.id, wanted.transaction_id,
            least(lot.upto, wanted.upto) - greatest(lot.upto - lot.points, wanted.upto - wanted.points) as points
       from lot join wanted
         on wanted.voucher_id = lot.voucher_id
        and least(lot.upto, wanted.upto) > greatest(lot.upto - lot.points, wanted.upto - wanted.points)
   ), noted as (
     insert into points_bucket_movement (transaction_id, bucket_id, points)
     select transaction_id, id, points from taken
   )
   update points_bucket set points = points_bucket.points - change.points, updated_at = $4
     from (select id, sum(points)::bigint as points from taken group by id) as change
    where points_bucket.id = change.id`,
)

/** Takes points from the lots of cards: what expires next first, what never expires last (L-64). */
export function takeFromBuckets(tx: Tx, takings: readonly Taking[], now: Date): void {
  if (takings.length === 0) return
  tx.send(TAKE, [
    takings.map(({ voucherId }) => voucherId),
    takings.map(({ transactionId }) => transactionId),
    takings.map(({ points }) => points),
    now,
  ])
}

/** Points that a redemption took from a card and that come back onto it. */
export type Return = NewBucket & { redemptionId: string }

const GIVE_BACK = statement(
  'give_back_to_points_buckets',
  `with given as materialized (
     select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::date[], $8::text[])
       as given (id, project_id, voucher_id, campaign_id, points, expires_at, redemption_id)
   ), origin as materialized (
     select given.redemption_id, bucket.id, movement.points
       from given
       join voucher_transaction transaction
         on transaction.redemption_id = given.redemption_id and transaction.type = 'POINTS_REDEMPTION'
       join points_bucket_movement movement on movement.transaction_id = transaction.id
       join points_bucket bucket on bucket.id = movement.bucket_id and bucket.status = 'ACTIVE'
   ), returned as (
     update points_bucket set points = points_bucket.points + change.points, updated_at = $7
       from (select id, sum(points)::bigint as points from origin group by id) as change
      where points_bucket.id = change.id
   )
   insert into points_bucket (${COLUMNS})
   select id, project_id, voucher_id, campaign_id, points - came_back, expires_at, $7
     from (select given.*, coalesce((select sum(points) from origin
                                      where origin.redemption_id = given.redemption_id), 0)::bigint as came_back
             from given) as given
    where points > came_back`,
)

/** Gives points back to the lots they were taken from; what has expired meanwhile becomes a new lot (L-68). */
export function giveBackToBuckets(tx: Tx, returns: readonly Return[], now: Date): void {
  if (returns.length === 0) return
  tx.send(GIVE_BACK, [...toValues(returns, now), returns.map(({ redemptionId }) => redemptionId)])
}

const REFRESH = statement(
  'refresh_next_expirations',
  `update voucher set next_expiration_date = next.expires_at, next_expiration_points = next.points
     from unnest($1::text[]) as given (id)
     left join lateral (
       select expires_at, sum(points)::bigint as points from points_bucket
        where voucher_id = given.id and status = 'ACTIVE' and points > 0 and expires_at is not null
        group by expires_at order by expires_at limit 1) as next on true
    where voucher.id = given.id
   returning voucher.id, next_expiration_date as date, next_expiration_points as points`,
)

export type NextExpiration = { date: Day | null; points: number | null }

/** Notes on cards whose lots were changed what expires next of them (L-65). Answers it by card. */
export async function refreshNextExpirations(
  tx: Tx,
  voucherIds: readonly string[],
): Promise<ReadonlyMap<string, NextExpiration>> {
  if (voucherIds.length === 0) return new Map()
  const rows = await tx.run<NextExpiration & { id: string }>(REFRESH, [[...new Set(voucherIds)]])
  return new Map(rows.map(({ id, date, points }) => [id, { date, points }]))
}

/** The same where nobody needs to know it yet. */
export function sendNextExpirations(tx: Tx, voucherIds: readonly string[]): void {
  if (voucherIds.length > 0) tx.send(REFRESH, [[...new Set(voucherIds)]])
}

const FIND_DUE = statement(
  'find_due_points_buckets',
  `select distinct voucher_id from (
     select voucher_id from points_bucket
      where project_id = $1 and status = 'ACTIVE' and expires_at < $2::date and voucher_id <> all($4::text[])
      order by expires_at, id limit $3) as due`,
)

/** What a part of a night looks for: so many at most, and not on cards that it failed at. */
export type DueQuery = { projectId: string; today: Day; limit: number; failed: readonly string[] }

/** Cards with lots whose last day was before `today`, of the first `limit` such lots. */
export async function findDueCards(
  tx: Tx,
  { projectId, today, limit, failed }: DueQuery,
): Promise<string[]> {
  const rows = await tx.run<{ voucher_id: string }>(FIND_DUE, [projectId, today, limit, failed])
  return rows.map(({ voucher_id }) => voucher_id)
}

const EXPIRE = statement(
  'expire_points_buckets',
  `update points_bucket set status = 'EXPIRED', updated_at = $3
    where id in (select id from points_bucket
                  where voucher_id = any($1::text[]) and status = 'ACTIVE' and expires_at < $2::date
                  order by expires_at, id limit $4)
   returning *`,
)

/** Ends the lots of cards whose last day was before `today`, up to `limit`. Answers them, with what was left of each. */
export async function expireBuckets(
  tx: Tx,
  voucherIds: readonly string[],
  { today, now, limit }: { today: Day; now: Date; limit: number },
): Promise<Bucket[]> {
  const rows = await tx.run<Selectable<Row>>(EXPIRE, [voucherIds, today, now, limit])
  return rows.map(toBucket)
}

const LIST = statement(
  'list_points_buckets',
  `select points_bucket.*, count(*) over ()::integer as total from points_bucket
    where voucher_id = $1 and status = 'ACTIVE'
    order by expires_at nulls last, created_at, id limit $2 offset $3`,
)
const COUNT = statement(
  'count_points_buckets',
  `select count(*)::integer as total from points_bucket where voucher_id = $1 and status = 'ACTIVE'`,
)

/** A page of the lots of a card that have not expired, those that expire next first, also the empty ones. */
export async function listBuckets(
  db: Db,
  voucherId: string,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ buckets: Bucket[]; total: number }> {
  const rows = await db.run<Selectable<Row> & { total: number }>(LIST, [voucherId, limit, offset])
  const [first = (await db.run<{ total: number }>(COUNT, [voucherId]))[0]] = rows
  return { buckets: rows.map(toBucket), total: first?.total ?? 0 }
}
