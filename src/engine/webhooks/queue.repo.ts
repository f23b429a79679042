import type { Json } from '../../kernel/json.ts'
import { type Db, statement, type Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { fromStoredData } from '../outbox/index.ts'
import type { AttemptOutcome, RoundOutcome } from './decide-attempt.ts'
import type { Message } from './message.ts'
import { type HealthRow, toHealth } from './webhook.repo.ts'
import type { Health } from './webhook.ts'

/** An endpoint that is ours alone until `leasedUntil`. */
export type LeasedEndpoint = {
  id: string
  projectId: string
  targetUrl: string
  secretSealed: string
  oldSecretSealed: string | null
  headersSealed: string | null
  health: Health
  leasedUntil: Date
}

const LEASE = statement(
  'lease_webhook_endpoints',
  `with due as materialized (
     select id from webhook_endpoint endpoint
      where is_enabled
        and (leased_until is null or leased_until <= $1)
        and (next_attempt_at is null or next_attempt_at <= $1)
        and exists (select from webhook_message message
                     where message.endpoint_id = endpoint.id and message.status = 'pending'
                       and message.next_attempt_at <= $1)
      limit $3
        for update skip locked
   )
   update webhook_endpoint endpoint set leased_until = $2 from due
    where endpoint.id = due.id
   returning endpoint.id, project_id, target_url, secret_sealed, headers_sealed,
             case when old_secret_expires_at > $1 then old_secret_sealed end as old_secret_sealed,
             failures, last_failure, last_success_at, next_attempt_at`,
)

type LeasedRow = HealthRow & {
  id: string
  project_id: string
  target_url: string
  secret_sealed: string
  old_secret_sealed: string | null
  headers_sealed: string | null
}

/**
 * Leases endpoints that are to be sent something now, so that one sender at a time has each. A sender that dies
 * leaves its lease to end by itself.
 */
export async function leaseEndpoints(
  db: Db,
  { now, limit }: { now: Date; limit: number },
): Promise<LeasedEndpoint[]> {
  const leasedUntil = new Date(now.getTime() + LIMITS.webhookLeaseMs)
  const rows = await db.run<LeasedRow>(LEASE, [now, leasedUntil, limit])
  return rows.map((row) => ({
    id: row.id,
    projectId: row.project_id,
    targetUrl: row.target_url,
    secretSealed: row.secret_sealed,
    oldSecretSealed: row.old_secret_sealed,
    headersSealed: row.headers_sealed,
    health: toHealth(row),
    leasedUntil,
  }))
}

const MESSAGE_COLUMNS = `
  message.position, message.id as message_id, message.event, message.part, message.attempts, message.body,
  message.created_at as message_created_at, occurrence.id, occurrence.type, occurrence.customer_id,
  occurrence.group_id, occurrence.channel, occurrence.app_id, occurrence.data, occurrence.created_at`

const READ = statement(
  'read_webhook_messages',
  `select ${MESSAGE_COLUMNS}
     from webhook_message message
     left join occurrence on occurrence.id = message.occurrence_id
    where message.endpoint_id = $1 and message.status = 'pending' and message.next_attempt_at <= $2
    order by message.next_attempt_at, message.position limit $3`,
)
const FIND = statement(
  'find_webhook_message',
  `select ${MESSAGE_COLUMNS}, message.endpoint_id
     from webhook_message message
     left join occurrence on occurrence.id = message.occurrence_id
    where message.project_id = $1 and message.id = $2`,
)

type MessageRow = {
  position: number
  message_id: string
  event: string
  part: number
  attempts: number
  message_created_at: Date
  body: string | null
} & (OccurrenceRow | { id: null })
type OccurrenceRow = {
  id: string
  type: string
  customer_id: string | null
  group_id: string
  channel: string
  app_id: string | null
  data: { [key: string]: Json }
  created_at: Date
}

/** The messages of an endpoint that are to be sent now, those that waited longest first. */
export async function readQueue(
  db: Db,
  { endpointId, now, limit }: { endpointId: string; now: Date; limit: number },
): Promise<Message[]> {
  const rows = await db.run<MessageRow>(READ, [endpointId, now, limit])
  return rows.map(toMessage)
}

/** A message of a project, whatever became of it. */
export async function findMessage(
  db: Db,
  { projectId, id }: { projectId: string; id: string },
): Promise<(Message & { endpointId: string }) | undefined> {
  const [row] = await db.run<MessageRow & { endpoint_id: string }>(FIND, [projectId, id])
  return row && { ...toMessage(row), endpointId: row.endpoint_id }
}

const toMessage = (row: MessageRow): Message => ({
  id: row.message_id,
  event: row.event,
  part: row.part,
  attempts: row.attempts,
  createdAt: row.message_created_at,
  body: row.body,
  told:
    row.id === null
      ? undefined
      : {
          id: row.id,
          type: row.type,
          customerId: row.customer_id,
          groupId: row.group_id,
          channel: row.channel,
          appId: row.app_id,
          data: fromStoredData(row.data),
          createdAt: row.created_at,
        },
})

/** An attempt to send a message, and what follows from it. */
export type Report = {
  message: Message
  outcome: AttemptOutcome
  /** The status of the answer and the beginning of its body; null where there was none. */
  status: number | null
  answer: string | null
  ms: number
}

const STATUSES = { delivered: 'delivered', retry: 'pending', failed: 'failed' } as const

const SETTLE = statement(
  'settle_webhook_endpoint',
  `with settled as (
     update webhook_message message
        set status = report.status, attempts = report.attempts, next_attempt_at = report.next_attempt_at,
            last_status = report.last_status, last_failure = report.failure, last_answer = report.answer,
            last_ms = report.ms, last_attempt_at = $9,
            -- Who was erased while it was being queued is not in it either.
            body = case when report.failure = 'erased' then null else message.body end
       from unnest($1::text[], $2::text[], $3::int[], $4::timestamptz[], $5::smallint[], $6::text[], $7::text[], $8::int[])
              as report (id, status, attempts, next_attempt_at, last_status, failure, answer, ms)
      where message.id = report.id
   )
   update webhook_endpoint
      set leased_until = null, failures = $12, last_failure = $13, last_success_at = $14, next_attempt_at = $15,
          is_enabled = is_enabled and $16::text is null,
          disabled_reason = coalesce($16, disabled_reason)
    where id = $10 and leased_until = $11`,
)

/**
 * Records what came of a round and gives the lease back. Messages are settled whoever has the endpoint by now,
 * because what was sent is sent; how the endpoint fares is told only by the one that still has it.
 */
export async function settle(
  db: Db,
  endpoint: LeasedEndpoint,
  { reports, round, now }: { reports: readonly Report[]; round: RoundOutcome; now: Date },
): Promise<void> {
  const outcomes = reports.map(({ outcome }) => outcome)
  const { health, disabledReason } = round
  await db.run(SETTLE, [
    reports.map(({ message }) => message.id),
    outcomes.map(({ kind }) => STATUSES[kind]),
    reports.map(({ message }) => message.attempts + 1),
    outcomes.map((outcome) => (outcome.kind === 'retry' ? outcome.nextAttemptAt : null)),
    reports.map(({ status }) => status),
    outcomes.map((outcome) => (outcome.kind === 'delivered' ? null : outcome.failure)),
    reports.map(({ answer }) => answer),
    reports.map(({ ms }) => ms),
    now,
    endpoint.id,
    endpoint.leasedUntil,
    health.failures,
    health.lastFailure,
    health.lastSuccessAt,
    health.nextAttemptAt,
    disabledReason,
  ])
}

/** A message that is not told by itself: of a distribution. */
export type OwnMessage = {
  id: string
  projectId: string
  endpointId: string
  occurrenceId: string
  event: string
  createdAt: Date
} & ({ body: string } | { failure: string })

const QUEUE = statement(
  'queue_webhook_messages',
  `insert into webhook_message (id, project_id, endpoint_id, occurrence_id, event, part, body, status, last_failure,
                                created_at, next_attempt_at)
   select id, project_id, endpoint_id, occurrence_id, event, 0, body,
          case when failure is null then 'pending' else 'failed' end, failure,
          created_at, case when failure is null then created_at end
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[])
          with ordinality as message (id, project_id, endpoint_id, occurrence_id, event, body, failure, created_at, place)
    order by place
   on conflict (occurrence_id, endpoint_id, event, part) do nothing`,
)

/** Queues messages with a body of their own, and keeps those that failed before there was one. */
export function queueMessages(tx: Tx, messages: readonly OwnMessage[]): void {
  if (messages.length === 0) return
  tx.send(QUEUE, [
    messages.map(({ id }) => id),
    messages.map(({ projectId }) => projectId),
    messages.map(({ endpointId }) => endpointId),
    messages.map(({ occurrenceId }) => occurrenceId),
    messages.map(({ event }) => event),
    messages.map((message) => ('body' in message ? message.body : null)),
    messages.map((message) => ('failure' in message ? message.failure : null)),
    messages.map(({ createdAt }) => createdAt),
  ])
}

const SWEEP = statement(
  'sweep_webhook_messages',
  `delete from webhook_message where position in (
     select position from webhook_message where created_at < $1 order by created_at limit $2
        for update skip locked)
   returning position`,
)

/** Forgets messages after `LIMITS.webhookRetentionMs`, whatever became of them; true when there may be more. */
export async function sweepWebhooks(db: Db, now: Date): Promise<boolean> {
  const before = new Date(now.getTime() - LIMITS.webhookRetentionMs)
  const gone = await db.run(SWEEP, [before, LIMITS.sweepRowsMax])
  return gone.length === LIMITS.sweepRowsMax
}
