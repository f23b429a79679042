import { ApiError } from '../../kernel/api-error.ts'
import { type Db, statement, type Tx } from '../../platform/db.ts'
import type {
  AnonymousFallback,
  Naming,
  RewardEvents,
  Shape,
  SourceSettings,
  Target,
} from './source-settings.ts'

/** A project's Voucherify source and how it fares; the write key is not part of it. */
export type SegmentSource = SourceSettings & {
  projectId: string
  target: Target
  isEnabled: boolean
  /** How many attempts failed in a row, and what the last one met, such as `401` or `ECONNREFUSED`. */
  failures: number
  lastFailure: string | null
  /** Nothing is sent before then. */
  nextAttemptAt: Date | null
  createdAt: Date
  updatedAt: Date | null
}

export type ConnectSegmentSource = Partial<SourceSettings> &
  Target & {
    projectId: string
    /** The write key of the source, sealed by the vault. */
    writeKeySealed: string
    /** Nothing is queued or sent while false; true by default. */
    isEnabled?: boolean
    now: Date
  }

/** The columns of a connection that say where calls go and how they look. */
export type SettingsRow = {
  region: Target['region']
  endpoint: string | null
  naming: Naming
  shape: Shape
  anonymous_fallback: AnonymousFallback
  reward_events: RewardEvents
}

export const toTarget = ({ region, endpoint }: SettingsRow): Target =>
  region === 'CUSTOM' ? { region, endpoint: endpoint ?? '' } : { region }

export const toSettings = (row: SettingsRow): SourceSettings => ({
  naming: row.naming,
  shape: row.shape,
  anonymousFallback: row.anonymous_fallback,
  rewardEvents: row.reward_events,
})

// Whoever is sending at the moment keeps what it knows of the old settings to itself.
const CONNECT = statement(
  'connect_segment_source',
  `insert into segment_source_connection
     (project_id, write_key_sealed, region, endpoint, naming, shape, anonymous_fallback, created_at, is_enabled,
      reward_events)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
   on conflict (project_id) do update set
     write_key_sealed = excluded.write_key_sealed, region = excluded.region, endpoint = excluded.endpoint,
     naming = excluded.naming, shape = excluded.shape, anonymous_fallback = excluded.anonymous_fallback,
     is_enabled = excluded.is_enabled, reward_events = excluded.reward_events, leased_until = null, attempts = 0, next_attempt_at = null, last_failure = null,
     updated_at = excluded.created_at`,
)

/**
 * Connects the Voucherify source of a project, or connects it anew: from here on its occurrences are queued
 * (SO-10), and what is queued already is sent under the new settings at once. Throws `invalid_payload` for
 * an endpoint that is no http(s) address.
 */
export async function connectSegmentSource(tx: Tx, source: ConnectSegmentSource): Promise<void> {
  await tx.run(CONNECT, [
    source.projectId,
    source.writeKeySealed,
    source.region,
    source.region === 'CUSTOM' ? toEndpoint(source.endpoint) : null,
    source.naming ?? 'seed',
    source.shape ?? 'object',
    source.anonymousFallback ?? 'customer_id',
    source.now,
    source.isEnabled ?? true,
    source.rewardEvents ?? 'both',
  ])
}

/** D-16: an http(s) address, slashes at its end trimmed. */
function toEndpoint(text: string): string {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) {
    throw new ApiError('invalid_payload', {
      details: 'Property .endpoint should be a URL that begins with http:// or https://',
    })
  }
  return text.replace(/\/+$/, '')
}

const FIND = statement(
  'find_segment_source',
  `select project_id, region, endpoint, naming, shape, anonymous_fallback, reward_events, is_enabled, attempts, last_failure,
          next_attempt_at, created_at, updated_at
     from segment_source_connection where project_id = $1`,
)

type ConnectionRow = SettingsRow & {
  project_id: string
  is_enabled: boolean
  attempts: number
  last_failure: string | null
  next_attempt_at: Date | null
  created_at: Date
  updated_at: Date | null
}

/** The Voucherify source of a project; undefined when none is connected. */
export async function findSegmentSource(
  db: Db,
  projectId: string,
): Promise<SegmentSource | undefined> {
  const [row] = await db.run<ConnectionRow>(FIND, [projectId])
  return (
    row && {
      ...toSettings(row),
      projectId: row.project_id,
      target: toTarget(row),
      isEnabled: row.is_enabled,
      failures: row.attempts,
      lastFailure: row.last_failure,
      nextAttemptAt: row.next_attempt_at,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    }
  )
}

const LOCK_KEY = statement(
  'lock_segment_source_key',
  'select write_key_sealed from segment_source_connection where project_id = $1 for update',
)

/**
 * The sealed write key of a project's Voucherify source, undefined when none is connected. It stays what it
 * is until `tx` ends, so that whoever keeps it does not undo another's change.
 */
export async function lockSealedWriteKey(tx: Tx, projectId: string): Promise<string | undefined> {
  const [row] = await tx.run<{ write_key_sealed: string }>(LOCK_KEY, [projectId])
  return row?.write_key_sealed
}

const POINT = statement(
  'point_segment_source',
  `update segment_source_connection
      set endpoint = $2 || substr(endpoint, length($1) + 1),
          leased_until = null, attempts = 0, next_attempt_at = null, last_failure = null, updated_at = $3
    where region = 'CUSTOM' and (endpoint = $1 or starts_with(endpoint, $1 || '/'))`,
)

/**
 * Lets every source whose endpoint lies under the address `from` follow to the address `to`, whatever its
 * project. Others, such as those of Segment itself, stay where they are.
 */
export async function pointSegmentSource(
  tx: Tx,
  { from, to, now }: { from: string; to: string; now: Date },
): Promise<void> {
  await tx.run(POINT, [from.replace(/\/+$/, ''), to.replace(/\/+$/, ''), now])
}
