import { type Db, statement, type Tx } from '../../platform/db.ts'
import type { Metadata, Publication } from './publication.ts'

export type PublicationRow = {
  id: string
  project_id: string
  customer_id: string
  voucher_id: string
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
  voucherId: row.voucher_id,
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
  publication.voucherId,
  publication.sourceId,
  publication.channel,
  publication.result,
  publication.failureCode,
  publication.failureMessage,
  JSON.stringify(publication.metadata),
  publication.createdAt,
]

const INSERT = `insert into publication (id, project_id, customer_id, voucher_id, source_id, channel, result,
                         failure_code, failure_message, metadata, created_at)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

const PUBLISH = statement(
  'publish_voucher',
  `with published as (
     ${INSERT} on conflict (project_id, source_id) where result = 'SUCCESS' do nothing
     returning voucher_id, customer_id
   )
   update voucher set holder_id = published.customer_id, publish_count = publish_count + 1
     from published where voucher.id = published.voucher_id
   returning voucher.id`,
)

/**
 * Stores a successful publication of a voucher that `tx` has locked, with its new holder. False, and nothing
 * stored, when another publication got the `source_id` in the meantime; waits for a rival who has not
 * committed.
 */
export async function insertPublished(tx: Tx, publication: Publication): Promise<boolean> {
  const published = await tx.run(PUBLISH, toValues(publication))
  return published.length > 0
}

const RECORD_REFUSED = statement('record_refused_publication', INSERT)

/** Stores a refused publication. */
export function insertRefused(tx: Tx, publication: Publication): void {
  tx.send(RECORD_REFUSED, toValues(publication))
}

const FIND_EARLIER = statement(
  'find_earlier_publication',
  `select * from publication where voucher_id = $1 and customer_id = $2 and result = 'SUCCESS'
    order by created_at desc, id desc limit 1`,
)

/** The last successful publication of a voucher to a customer. */
export async function findEarlier(
  db: Db,
  { voucherId, customerId }: Pick<Publication, 'voucherId' | 'customerId'>,
): Promise<Publication | undefined> {
  const [row] = await db.run<PublicationRow>(FIND_EARLIER, [voucherId, customerId])
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
