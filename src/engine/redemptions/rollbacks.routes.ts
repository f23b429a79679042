import type { FastifyInstance } from 'fastify'
import { isPlainObject } from '../../kernel/json.ts'
import { command, compileBodyCheck } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { type RollbackInput, rollBack } from './roll-back.ts'

/** Rollbacks of lone redemptions and of whole stacks (engine-core §19). */
export function rollbackRoutes(app: FastifyInstance, deps: EngineDeps): void {
  for (const [verb, endpoint] of [
    ['rollback', 'single'],
    ['rollbacks', 'stack'],
  ] as const) {
    app.post<{ Params: { id: string } }>(`/v1/redemptions/:id/${verb}`, (request, reply) =>
      command(deps, request, reply, (tx, call) =>
        rollBack(tx, call, {
          ...readRollback(request.body, request.query),
          redemptionId: request.params.id,
          endpoint,
        }),
      ),
    )
  }
}

type RollbackBody = {
  reason?: string | null
  tracking_id?: string | null
  metadata?: RollbackInput['metadata'] | null
  customer?: { id?: string | null; source_id?: string | null } | null
  order?: { id?: string | null; source_id?: string | null } | null
}

const TEXT = { type: ['string', 'null'] }
const REFERENCE = { type: ['object', 'null'], properties: { id: TEXT, source_id: TEXT } }
export const ROLLBACK_BODY = {
  type: 'object',
  properties: {
    reason: TEXT,
    tracking_id: TEXT,
    metadata: { type: ['object', 'null'] },
    customer: REFERENCE,
    order: REFERENCE,
  },
}

const checkRollback = compileBodyCheck<RollbackBody>(ROLLBACK_BODY)

/** Clients send reason and tracking id in the query, the rest in the body (trap 11). */
function readRollback(
  body: unknown,
  query: unknown,
): Omit<RollbackInput, 'redemptionId' | 'endpoint'> {
  const checked = checkRollback({
    ...(isPlainObject(body) ? body : {}),
    ...(isPlainObject(query) ? query : {}),
  })
  const { customer, order } = checked
  const reference = { id: order?.id || null, sourceId: order?.source_id || null }
  return {
    reason: checked.reason || null,
    trackingId: checked.tracking_id || null,
    metadata: checked.metadata ?? {},
    customer: customer?.id || customer?.source_id || undefined,
    orderReference: reference.id || reference.sourceId ? reference : undefined,
  }
}
