import { type Db, statement, type Tx } from '../../platform/db.ts'
import type { Metadata, Publication } from './publication.ts'

export type PublicationRow = {
  id: string
  project_id: string
  customer_id: string
  voucher_id: string | null
  voucher_ids: string[] | null
  campaign_id: string | null
  source_id: string | null
  channel: string
  result: Publication['result']
  failure_code: string | null
  failure_message: string | null
  metadata: Metadata
  created_at: Date
}

export const toPublication = (row: PublicationRow): Publication => ({
  id: row.id,
  projectId: row.project_id,
  customerId: row.customer_id,
  voucherIds: row.voucher_ids ?? (row.voucher_id === null ? [] : [row.voucher_id]),
  campaignId: row.campaign_id,
  sourceId: row.source_id,
  channel: row.channel,
  result: row.result,
  failureCode: row.failure_code,
  failureMessage: row.failure_message,
  metadata: row.metadata,
  createdAt: row.created_at,
})

const toValues = (publication: Publication): unknown[] => [
  publication.id,
  publication.projectId,
  publication.customerId,
  publication.voucherIds[0] ?? null,
  publication.sourceId,
  publication.channel,
  publication.result,
  publication.failureCode,
  publication.failureMessage,
  JSON.stringify(publication.metadata),
  publication.createdAt,
  publication.voucherIds.length > 1 ? publication.voucherIds : null,
  publication.campaignId,
]

const INSERT = `insert into publication (id, project_id, customer_id, voucher_id, source_id, channel, result,
                         failure_code, failure_message, metadata, created_at, voucher_ids, campaign_id)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`

const PUBLISH = statement(
  'publish_vouchers',
  `with published as (
     ${INSERT} on conflict (project_id, source_id) where result = 'SUCCESS' do nothing
     returning customer_id, coalesce(voucher_ids, array[voucher_id]) as ids
   )
   update voucher set holder_id = published.customer_id, publish_count = publish_count + 1,
                      referrer_id = case when is_referral_code then published.customer_id else referrer_id end,
                      expiration_date = coalesce($14, expiration_date)
     from published where voucher.id = any(published.ids)
   returning voucher.id`,
)

/**
 * Stores a successful publication of vouchers that `tx` has locked, with their new holder, who refers others with a
 * referral code, and, if there is one, their new end. False, and nothing stored, when another publication got the `source_id` in the meantime; waits for a
 * rival who has not committed.
 */
export async function insertPublished(
  tx: Tx,
  publication: Publication,
  expirationDate: Date | undefined,
): Promise<boolean> {
  const published = await tx.run(PUBLISH, [...toValues(publication), expirationDate ?? null])
  return published.length > 0
}

const RECORD_REFUSED = statement('record_refused_publication', INSERT)

/** Stores a refused publication. */
export function insertRefused(tx: Tx, publication: Publication): void {
  tx.send(RECORD_REFUSED, toValues(publication))
}

const findEarlierBy = (name: string, column: 'voucher_id' | 'campaign_id') =>
  statement(
    name,
    `select * from publication where ${column} = $1 and customer_id = $2 and result = 'SUCCESS'
      order by created_at desc, id desc limit 1`,
  )
const FIND_EARLIER = {
  voucher: findEarlierBy('find_earlier_publication', 'voucher_id'),
  campaign: findEarlierBy('find_earlier_publication_of_campaign', 'campaign_id'),
}

/** The last successful publication of a voucher, or out of a campaign, to a customer. */
export async function findEarlier(
  db: Db,
  of: keyof typeof FIND_EARLIER,
  id: string,
  customerId: string,
): Promise<Publication | undefined> {
  const [row] = await db.run<PublicationRow>(FIND_EARLIER[of], [id, customerId])
  return row && toPublication(row)
}

const HAS_SOURCE_ID = statement(
  'has_publication_source_id',
  `select from publication where project_id = $1 and source_id = $2 and result = 'SUCCESS'`,
)

/** True when a successful publication of the project has this `source_id`. */
export async function hasSourceId(db: Db, projectId: string, sourceId: string): Promise<boolean> {
  return (await db.run(HAS_SOURCE_ID, [projectId, sourceId])).length > 0
}
