import type { Json, JsonObject } from '../../../../src/kernel/json.ts'
import { createDeliveries, type Deliveries } from '../../../../src/pipeline/deliveries/index.ts'
import { createDestination } from '../../../../src/pipeline/destinations/index.ts'
import { inTransaction } from '../../../../src/platform/db.ts'
import type { TestApp } from '../../../support/test-app.ts'
import { type Source, send } from '../tracking/support.ts'

/** A *Voucherify (Actions)* destination of `source` with the six presets, enabled, at `address`. */
export async function aDestination(
  t: TestApp,
  source: Source,
  { address, ...fields }: { address: string; settings?: Record<string, Json>; isEnabled?: boolean },
): Promise<{ id: string }> {
  const { vault, clock } = t.app.pipeline
  return inTransaction(t.db, (tx) =>
    createDestination(tx, {
      projectId: t.keys.projectId,
      sourceId: source.id,
      definition: 'voucherify-actions',
      settings: { apiKey: 'APP', secretKey: 'SEC', customURL: address, ...fields.settings },
      setup: 'quick',
      isEnabled: fields.isEnabled ?? true,
      vault,
      now: clock.now(),
    }),
  )
}

/** The senders of one process, with the ways to let them work. */
export function aSender(t: TestApp): {
  deliveries: Deliveries
  /** Reads and sends until nothing is left to read, and retries what is due. */
  work(): Promise<void>
} {
  const deliveries = createDeliveries(t.app.pipeline)
  const { signal } = new AbortController()
  return {
    deliveries,
    async work() {
      while (await deliveries.runReaders(signal));
      while (await deliveries.runRetries(signal));
      await deliveries.settled()
      await deliveries.leave()
    },
  }
}

/** Sends calls through the Tracking API as one batch. */
export async function track(t: TestApp, source: Source, calls: JsonObject[]): Promise<void> {
  const { status } = await send(t, '/v1/batch', { batch: calls }, { key: source.writeKey })
  if (status !== 200) throw new Error(`the batch was answered ${status}`)
}

export type DeliveryRow = {
  mapping: string | null
  outcome: string
  reason: string | null
  message: string | null
  attempts: number
  filtered: string[] | null
  message_id: string
}

/** What is recorded about a destination, by name of the mapping, in the order of the events. */
export async function recorded(t: TestApp, destinationId: string): Promise<DeliveryRow[]> {
  const { rows } = await t.db.pool.query<DeliveryRow>(
    `select mapping.name as mapping, outcome, reason, message, attempts, message_id,
            (select array_agg(named.name order by named.sort_order) from mapping named
              where named.id = any (filtered_mapping_ids)) as filtered
       from delivery left join mapping on mapping.id = delivery.mapping_id
      where delivery.destination_id = $1 order by log_position, mapping_id nulls last`,
    [destinationId],
  )
  return rows
}

/** Calls the management API of the app under `/api/v1`. */
export async function manage(
  t: TestApp,
  method: 'GET' | 'POST' | 'PATCH',
  path: string,
  { body, keys = t.keys }: { body?: unknown; keys?: TestApp['keys'] } = {},
) {
  const response = await t.app.http.inject({
    method,
    url: `/api/v1${path}`,
    headers: { authorization: `Bearer ${keys.adminToken}` },
    ...(body !== undefined && { payload: JSON.stringify(body) }),
  })
  return { status: response.statusCode, body: response.json() }
}

/** An enabled webhook for every call of `source`, with one mapping of these values; the ids of both. */
export async function aWebhook(
  t: TestApp,
  source: Source,
  { mapping, ...fields }: { mapping: JsonObject; settings?: object; ordering?: string },
): Promise<{ id: string; mappingId: string }> {
  const wish = { source_id: source.id, definition: 'webhook', settings: {}, setup: 'custom' }
  const created = await manage(t, 'POST', '/destinations', {
    body: { ...wish, enabled: true, ...fields },
  })
  const id: string = created.body.id
  const mapped = await manage(t, 'POST', `/destinations/${id}/mappings`, {
    body: {
      action: 'send',
      enabled: true,
      mapping: { method: 'POST', data: { '@path': '$.' }, ...mapping },
    },
  })
  if (mapped.status !== 200) throw new Error(`no mapping: ${JSON.stringify(mapped.body)}`)
  return { id, mappingId: mapped.body.id }
}
