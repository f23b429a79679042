import { sql } from 'kysely'
import type { ExportedObject } from './export.ts'
import { type Exportable, fields, iso, major, plain, refs, times } from './exportable.ts'
import { CUSTOMER } from './exportable-customer.ts'
import { VOUCHER } from './exportable-voucher.ts'

const REDEMPTION: Exportable = {
  from: sql`redemption
    left join customer on customer.project_id = redemption.project_id and customer.id = redemption.customer_id
    left join voucher on voucher.id = redemption.voucher_id
    left join campaign on campaign.id = redemption.campaign_id
    left join orders on orders.id = redemption.order_id`,
  belongs: (projectId) => sql`redemption.project_id = ${projectId}`,
  columns: {
    ...plain('redemption', [
      'id',
      'object',
      'voucher_code',
      'promotion_tier_id',
      'customer_id',
      'tracking_id',
      'order_id',
      'result',
      'failure_code',
      'failure_message',
      'metadata',
    ]),
    date: { value: iso(sql`redemption.created_at`) },
    campaign: { value: sql`campaign.name` },
    customer_source_id: { value: sql`customer.source_id` },
    customer_name: { value: sql`customer.name` },
    order_amount: { value: sql`orders.amount_minor` },
    gift_amount: {
      value: sql`case when voucher.type = 'GIFT_VOUCHER' then ${major(sql`redemption.amount_minor`)} end`,
    },
    loyalty_points: { value: sql`redemption.points` },
  },
  defaults: ['id', 'object', 'voucher_code', 'customer_id', 'date', 'result'],
  orders: refs('redemption', ['id', 'voucher_code', 'tracking_id', 'customer_id', 'created_at']),
  id: sql`redemption.id`,
  filters: {
    ...fields(
      'text',
      refs('redemption', [
        'id',
        'object',
        'voucher_code',
        'customer_id',
        'campaign_id',
        'promotion_tier_id',
        'result',
        'failure_code',
        'order_id',
      ]),
    ),
    ...fields('text', { campaign_name: sql`campaign.name`, voucher_type: sql`voucher.type` }),
    ...fields('date', { ...refs('redemption', ['created_at']), date: sql`redemption.created_at` }),
  },
  metadata: sql`redemption.metadata`,
}

const PUBLICATION: Exportable = {
  from: sql`publication
    left join customer on customer.project_id = publication.project_id and customer.id = publication.customer_id
    left join voucher on voucher.id = publication.voucher_id
    left join campaign on campaign.id = voucher.campaign_id`,
  belongs: (projectId) => sql`publication.project_id = ${projectId}`,
  columns: {
    ...plain('publication', ['customer_id', 'channel', 'metadata']),
    voucher_code: { value: sql`voucher.code`, header: 'code' },
    customer_source_id: { value: sql`customer.source_id` },
    date: { value: iso(sql`publication.created_at`) },
    campaign: { value: sql`campaign.name` },
    // What became of the drawings of older campaigns, which there are none of here.
    is_winner: { value: sql`null::boolean` },
  },
  defaults: ['voucher_code', 'customer_id', 'date', 'channel'],
  orders: {
    ...refs('publication', ['id', 'customer_id', 'created_at', 'channel']),
    voucher_code: sql`voucher.code`,
    tracking_id: sql`customer.source_id`,
  },
  id: sql`publication.id`,
  filters: {
    ...fields(
      'text',
      refs('publication', ['id', 'source_id', 'customer_id', 'channel', 'result', 'failure_code']),
    ),
    ...fields('text', {
      voucher_code: sql`voucher.code`,
      voucher_type: sql`voucher.type`,
      campaign_name: sql`campaign.name`,
    }),
    ...fields('date', refs('publication', ['created_at'])),
  },
  metadata: sql`publication.metadata`,
}

const ORDER: Exportable = {
  from: sql`orders`,
  belongs: (projectId) => sql`orders.project_id = ${projectId}`,
  columns: {
    ...plain('orders', ['id', 'source_id', 'status', 'customer_id', 'referrer_id', 'metadata']),
    ...times('orders', ['created_at', 'updated_at']),
    amount: { value: sql`orders.amount_minor` },
    discount_amount: { value: sql`orders.discount_amount_minor` },
    items_discount_amount: { value: sql`orders.items_discount_amount_minor` },
    total_discount_amount: {
      value: sql`orders.discount_amount_minor + orders.items_discount_amount_minor`,
    },
    total_amount: {
      value: sql`orders.amount_minor - orders.discount_amount_minor - orders.items_discount_amount_minor`,
    },
  },
  defaults: ['id', 'source_id', 'status'],
  orders: refs('orders', ['created_at', 'updated_at', 'status']),
  id: sql`orders.id`,
  filters: {
    ...fields('text', refs('orders', ['id', 'source_id', 'status', 'customer_id', 'referrer_id'])),
    ...fields('date', refs('orders', ['created_at', 'updated_at'])),
    ...fields('number', {
      amount: sql`orders.amount_minor`,
      total_amount: sql`(orders.amount_minor - orders.discount_amount_minor - orders.items_discount_amount_minor)`,
    }),
  },
  metadata: sql`orders.metadata`,
}

/** Credits in major units, points as they are. */
const ofCard = (name: string) => sql`case when voucher_transaction.type like 'CREDITS%'
  then ${major(sql.ref(`voucher_transaction.${name}`))} else ${sql.ref(`voucher_transaction.${name}`)}::text end`

const TRANSACTION: Exportable = {
  from: sql`voucher_transaction left join voucher on voucher.id = voucher_transaction.voucher_id`,
  belongs: (projectId) => sql`voucher_transaction.project_id = ${projectId}`,
  columns: {
    ...plain('voucher_transaction', [
      'id',
      'campaign_id',
      'voucher_id',
      'type',
      'source_id',
      'reason',
      'source',
      'related_transaction_id',
    ]),
    balance: { value: ofCard('balance_minor') },
    amount: { value: ofCard('amount_minor') },
    ...times('voucher_transaction', ['created_at']),
    details: {
      value: sql`jsonb_strip_nulls(jsonb_build_object(
        'balance', jsonb_build_object('total', voucher_transaction.total_minor, 'balance', voucher_transaction.balance_minor),
        'redemption', case when voucher_transaction.redemption_id is not null
          then jsonb_build_object('id', voucher_transaction.redemption_id) end,
        'order', case when voucher_transaction.order_id is not null
          then jsonb_build_object('id', voucher_transaction.order_id) end))
        || coalesce(voucher_transaction.details, '{}')`,
    },
  },
  defaults: [
    'id',
    'campaign_id',
    'voucher_id',
    'type',
    'source_id',
    'reason',
    'source',
    'balance',
    'amount',
    'related_transaction_id',
    'created_at',
    'details',
  ],
  orders: refs('voucher_transaction', ['created_at']),
  id: sql`voucher_transaction.id`,
  filters: {
    ...fields('text', refs('voucher_transaction', ['id', 'voucher_id', 'campaign_id', 'type'])),
    ...fields('text', {
      voucher_code: sql`voucher.code`,
      campaign_ids: sql`voucher_transaction.campaign_id`,
    }),
    ...fields('date', refs('voucher_transaction', ['created_at'])),
  },
}

const POINTS_EXPIRATION: Exportable = {
  from: sql`points_bucket`,
  belongs: (projectId) => sql`points_bucket.project_id = ${projectId}`,
  columns: plain('points_bucket', [
    'id',
    'campaign_id',
    'voucher_id',
    'status',
    'expires_at',
    'points',
  ]),
  defaults: ['id', 'campaign_id', 'voucher_id', 'status', 'expires_at', 'points'],
  orders: refs('points_bucket', ['expires_at']),
  id: sql`points_bucket.id`,
  filters: {
    ...fields('text', refs('points_bucket', ['id', 'voucher_id', 'campaign_id', 'status'])),
    ...fields('text', { campaign_ids: sql`points_bucket.campaign_id` }),
    ...fields('date', { expires_at: sql`points_bucket.expires_at::timestamptz` }),
  },
}

/** Everything that can be exported (engine-programs §14.2). */
export const EXPORTABLES: Readonly<Record<ExportedObject, Exportable>> = {
  voucher: VOUCHER,
  redemption: REDEMPTION,
  customer: CUSTOMER,
  publication: PUBLICATION,
  order: ORDER,
  voucher_transactions: TRANSACTION,
  points_expiration: POINTS_EXPIRATION,
}
