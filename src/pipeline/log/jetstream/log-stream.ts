import { invariant } from '../../../kernel/assert.ts'
import { newSecret } from '../../../kernel/ids.ts'
import type { NatsSettings } from '../../../platform/config.ts'
import { type Database, inTransaction, statement } from '../../../platform/db.ts'
import { LIMITS } from '../../../platform/limits.ts'
import { type Nats, NatsSetupError } from '../../../platform/nats.ts'
import {
  askJetStream,
  JetStreamError,
  QUICK_ANSWER_LIMIT_MS,
  STREAM_NOT_FOUND,
} from '../../../platform/nats-jetstream.ts'

/**
 * The stream that is the log. All partitions are in one, a subject each: its sequence is the order of the whole
 * log, so a position means the same in every partition, as it does in PostgreSQL.
 */
export type LogStream = {
  name: string
  /** The position before its first entry: positions are `base` + sequence. */
  base: number
}

export const subjectOf = ({ name }: LogStream, partition: number): string => `${name}.${partition}`
export const everySubjectOf = ({ name }: LogStream): string => `${name}.*`

/** What the stream holds: sequences, both 0 when it never held anything. */
export type StreamState = { first: number; last: number }

/** Asks the server of the stream. */
export async function stateOf(nats: Nats, { name }: LogStream): Promise<StreamState> {
  const { state } = await askJetStream<StreamInfo>(
    nats,
    `STREAM.INFO.${name}`,
    {},
    QUICK_ANSWER_LIMIT_MS,
  )
  return { first: state.first_seq, last: state.last_seq }
}

type StreamConfig = { num_replicas: number; max_age: number; duplicate_window: number }
type StreamInfo = {
  config: StreamConfig
  state: { first_seq: number; last_seq: number }
  /** Only of servers that form a cluster. */
  cluster?: object
}

const OPEN_LOCK = 7_203_115
const NAME_LENGTH = 12
const NANOSECONDS = 1_000_000
/** Normalised calls are larger than what was sent, but never by so much. */
const PAYLOAD_BYTES_MIN = 8 * LIMITS.trackingEventBytesMax

const LOCK = statement('log_stream_lock', 'select pg_advisory_xact_lock($1)')

// From now on log_entry takes nothing: a process that does not know yet where the log is answers 503, rather than
// append what nobody would read. The lock waits for appends that are under way, so `base` is behind all of them.
const CLOSE_OLD_LOG = statement(
  'log_stream_close_old',
  'alter table log_entry drop constraint if exists log_moved, add constraint log_moved check (false) not valid',
)

// A stream of another name for each database, so that several can share the servers.
const REMEMBER = statement(
  'log_stream_remember',
  `insert into log_stream (name, base)
   select $1, greatest(
     coalesce(pg_sequence_last_value(pg_get_serial_sequence('log_entry', 'position')::regclass), 0),
     coalesce((select max(position) from log_cursor), 0))`,
)

const FIND = statement('log_stream_find', 'select name, base from log_stream')

/**
 * The stream of this database's log, made when it has none yet. Throws `NatsSetupError` when it cannot be
 * made, or was and is not there any more.
 */
export async function openLogStream(
  db: Database,
  nats: Nats,
  settings: NatsSettings,
): Promise<LogStream> {
  checkPayload(nats)
  const newName = `promoloop_${newSecret(NAME_LENGTH)}`
  return inTransaction(db, async (tx) => {
    // Who starts at the same time waits until the stream is there.
    await tx.run(LOCK, [OPEN_LOCK])
    const [known] = await tx.run<LogStream>(FIND, [])
    if (!known) {
      await tx.run(CLOSE_OLD_LOG, [])
      await tx.run(REMEMBER, [newName])
    }
    const [stream] = known ? [known] : await tx.run<LogStream>(FIND, [])
    invariant(stream, 'the stream of the log is remembered')
    await openNamed(nats, stream, { ...settings, isNew: !known })
    return stream
  })
}

function checkPayload({ payloadBytesMax }: Nats): void {
  if (payloadBytesMax >= PAYLOAD_BYTES_MIN) return
  throw new NatsSetupError(
    `NATS takes messages of up to ${payloadBytesMax} bytes, and a call may have ${PAYLOAD_BYTES_MIN}: raise max_payload.`,
  )
}

async function openNamed(
  nats: Nats,
  stream: LogStream,
  { replicas, deduplicationMs, isNew }: NatsSettings & { isNew: boolean },
): Promise<void> {
  const wanted: StreamConfig = {
    num_replicas: replicas,
    max_age: LIMITS.logRetentionMs * NANOSECONDS,
    duplicate_window: deduplicationMs * NANOSECONDS,
  }
  const config = {
    ...wanted,
    name: stream.name,
    subjects: [everySubjectOf(stream)],
    storage: 'file',
    retention: 'limits',
    discard: 'old',
  }
  try {
    if (isNew) {
      await askJetStream(nats, `STREAM.CREATE.${stream.name}`, config)
      return
    }
    const info = await askJetStream<StreamInfo>(nats, `STREAM.INFO.${stream.name}`)
    // A server by itself takes this setting for a stream that it has, and keeps it once all the same.
    if (replicas > 1 && !info.cluster) throw new Error('the servers form no cluster')
    if (!isLike(info.config, wanted))
      await askJetStream(nats, `STREAM.UPDATE.${stream.name}`, { ...info.config, ...wanted })
  } catch (error) {
    throw toSetupError(error, stream)
  }
}

const isLike = (actual: StreamConfig, wanted: StreamConfig): boolean =>
  actual.num_replicas === wanted.num_replicas &&
  actual.max_age === wanted.max_age &&
  actual.duplicate_window === wanted.duplicate_window

function toSetupError(cause: unknown, { name }: LogStream): NatsSetupError {
  if (cause instanceof JetStreamError && cause.errorCode === STREAM_NOT_FOUND)
    return new NatsSetupError(
      `NATS does not have the stream ${name}, which holds the log of this database: correct NATS_URL. To give up what nobody has read of it, empty the table log_stream.`,
      { cause },
    )
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new NatsSetupError(
    `NATS cannot keep the log in the stream ${name}: ${reason}. JetStream must be on (nats-server -js), with at least NATS_REPLICAS servers.`,
    { cause },
  )
}
