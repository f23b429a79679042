import { ApiError } from '../../kernel/api-error.ts'
import { type Statement, statement, type Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { type AsyncJob, asyncJob, enqueueAsyncAction } from '../async-actions/index.ts'
import type { Call } from '../context.ts'
import { forgetRemovedKey, lockSchemas } from './metadata-schemas.repo.ts'

/** The objects whose metadata can be purged of a key (M-8). */
export const PURGEABLE = [
  'campaign',
  'customer',
  'order',
  'order_item',
  'product',
  'voucher',
] as const

export type Purgeable = (typeof PURGEABLE)[number]

/** Where keys lie: which rows have one, and what is left of them without it. */
type Place = { table: Table; look: Statement; take: Statement }
type Table = 'campaign' | 'customer' | 'orders' | 'product' | 'sku' | 'voucher'

function toPlace(
  table: Table,
  { has, without }: { has: string; without: string } = {
    has: 'metadata ? $4::text',
    without: 'metadata = metadata - $2::text',
  },
): Place {
  const name = `${table}_${without.split(' ', 1)[0]}`
  return {
    table,
    look: statement(
      `find_next_purgeable_${name}`,
      `select id, created_at::text as created_at, ${has} as has_key from ${table}
        where project_id = $1 and (created_at, id) > ($2::timestamptz, $5::text)
        order by created_at, id limit $3`,
    ),
    take: statement(
      `purge_key_of_${name}`,
      `update ${table} set ${without}
        where id in (select id from ${table} where id = any($1::text[]) order by id for update)`,
    ),
  }
}

const ORDERS = toPlace('orders')
const ITEMS = toPlace('orders', {
  has: `exists (select from jsonb_array_elements(items) as item where item -> 'metadata' ? $4::text)`,
  without: `items = (
    select coalesce(jsonb_agg(item #- array['metadata', $2::text] order by place), '[]')
      from jsonb_array_elements(items) with ordinality as given (item, place))`,
})

type PurgeType = Extract<AsyncJob['type'], `${string}.METADATA_KEY_PURGE`>

const PURGES: Readonly<Record<Purgeable, { type: PurgeType; noun: string; places: Place[] }>> = {
  campaign: {
    type: 'CAMPAIGNS.METADATA_KEY_PURGE',
    noun: 'campaigns',
    places: [toPlace('campaign')],
  },
  customer: {
    type: 'CUSTOMERS.METADATA_KEY_PURGE',
    noun: 'customers',
    places: [toPlace('customer')],
  },
  order: { type: 'ORDERS.METADATA_KEY_PURGE', noun: 'orders', places: [ORDERS] },
  order_item: { type: 'ORDERS.METADATA_KEY_PURGE', noun: 'orders', places: [ITEMS] },
  product: {
    type: 'PRODUCTS.METADATA_KEY_PURGE',
    noun: 'products',
    places: [toPlace('product'), toPlace('sku')],
  },
  voucher: { type: 'VOUCHERS.METADATA_KEY_PURGE', noun: 'vouchers', places: [toPlace('voucher')] },
}

type Input = { relatedObject: Purgeable; key: string }

/**
 * Takes a key out of the metadata of all objects of one kind, and its removed definition out of their schema, while
 * the caller goes on. Answers the id of the action. Throws `resource_in_use` while the schema defines the key.
 */
export async function purgeKey(tx: Tx, call: Call, { relatedObject, key }: Input): Promise<string> {
  const schemas = await lockSchemas(tx, call.projectId)
  const schema = schemas.find((each) => each.relatedObject === relatedObject)
  const definition = new Map(Object.entries(schema?.properties ?? {})).get(key)
  if (schema && definition && !definition.deleted) {
    throw new ApiError('resource_in_use', {
      details: `The metadata schema of ${relatedObject} defines ${key}; its definition has to be removed before`,
      resource: { type: 'metadata_schema', id: schema.id },
    })
  }
  const input: Input = { relatedObject, key }
  return enqueueAsyncAction(tx, call, { type: PURGES[relatedObject].type, input })
}

type Row = { id: string; created_at: string; has_key: boolean }

/** The place that is looked at, and the row up to which it was, in the order in which rows came to be. */
type Reached = { place: number; at: string; id: string }

const beginningOf = (place: number): Reached => ({ place, at: '-infinity', id: '' })

/** What follows, in the same transaction, when objects of a table have lost a key: whoever sorts them by it sorts anew. */
export type AfterPurge = {
  readonly [T in Table]?: (tx: Tx, call: Call, ids: readonly string[]) => Promise<void>
}

const toJob = (type: PurgeType, after: AfterPurge): AsyncJob =>
  asyncJob<Input, Reached>({
    type,
    start: beginningOf(0),
    async step(tx, { call, input: { relatedObject, key }, state, doneCount }) {
      const { projectId } = call
      const { places, noun } = PURGES[relatedObject]
      const place = places[state.place] as Place
      const limit = LIMITS.purgedObjectsPerStep
      const rows = await tx.run<Row>(place.look, [projectId, state.at, limit, key, state.id])
      const ids = rows.flatMap(({ id, has_key }) => (has_key ? [id] : []))
      if (ids.length > 0) {
        tx.send(place.take, [ids, key])
        await after[place.table]?.(tx, call, ids)
      }
      const last = rows.at(-1)
      const isLastOfPlace = !last || rows.length < limit
      const isDone = isLastOfPlace && state.place + 1 === places.length
      if (isDone) forgetRemovedKey(tx, { projectId, relatedObject }, key)
      return {
        state: isLastOfPlace
          ? beginningOf(state.place + 1)
          : { ...state, at: last.created_at, id: last.id },
        done: ids.length,
        failed: [],
        isDone,
        message: `Updated ${doneCount + ids.length} ${noun}.`,
      }
    },
  })

/** What purges of metadata keys have to do after they were asked for. */
export const purgeJobs = (after: AfterPurge): readonly AsyncJob[] =>
  [...new Set(Object.values(PURGES).map(({ type }) => type))].map((type) => toJob(type, after))
