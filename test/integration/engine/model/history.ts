import type { TestApp } from '../../../support/test-app.ts'
import type { Recorded } from './clients.ts'
import type { Placed } from './model.ts'

/**
 * The part of a sortable id that grows. Both "processes" of the test draw it from one counter while they hold the locks
 * of what they change, so it is the order in which rivals became effective.
 */
const positionOf = (id: string): string => id.slice(id.indexOf('_') + 1, id.indexOf('_') + 17)

/** The records that changed or refused something under lock, in the order in which they became effective. */
export async function inEffectiveOrder(
  t: TestApp,
  records: readonly Recorded[],
): Promise<Placed[]> {
  const [validations, movements, switches] = await Promise.all([
    rowsOf<{ name: string; id: string }>(
      t,
      `select data -> 'validation' ->> 'session_id' as name, id from occurrence
        where type = 'customer.validation.succeeded' order by id`,
    ),
    rowsOf<{ name: string; id: string }>(
      t,
      `select source_id as name, id from voucher_transaction where source_id is not null`,
    ),
    rowsOf<{ name: string; id: string }>(
      t,
      `select type || ' ' || (data -> 'voucher' ->> 'code') as name, id from occurrence
        where type in ('voucher.enabled', 'voucher.disabled') order by id`,
    ),
  ])
  const queues = {
    validate: toQueues(validations),
    balance: toQueues(movements),
    switch: toQueues(switches),
  }
  const placed = records
    .toSorted((one, other) => one.end - other.end)
    .flatMap((record): Placed[] => {
      const id = idOf(record, queues)
      return id === undefined ? [] : [{ position: positionOf(id), record }]
    })
  return placed.sort((one, other) => (one.position < other.position ? -1 : 1))
}

export async function rowsOf<Row extends object>(t: TestApp, query: string): Promise<Row[]> {
  return (await t.db.pool.query<Row>(query)).rows
}

type Queues = Map<string, string[]>

/** The id that a record left behind; undefined when it left none. */
function idOf(
  { operation, answer: { status, body } }: Recorded,
  queues: { validate: Queues; balance: Queues; switch: Queues },
): string | undefined {
  switch (operation.kind) {
    case 'redeem':
      return status === 200 ? body.redemptions[0].id : body.resource_id
    case 'roll_back':
      return status === 200 ? (body.rollbacks?.[0].id ?? body.id) : body.resource_id
    case 'validate':
      return body.valid ? queues.validate.get(operation.sessionKey)?.shift() : undefined
    case 'balance':
      return queues.balance.get(operation.sourceId)?.shift()
    case 'switch':
      return queues.switch.get(`voucher.${operation.verb}d ${operation.code}`)?.shift()
    default:
      return undefined
  }
}

function toQueues(rows: readonly { name: string; id: string }[]): Queues {
  const queues: Queues = new Map()
  for (const { name, id } of rows) queues.set(name, [...(queues.get(name) ?? []), id])
  return queues
}
