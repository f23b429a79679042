import { createHash } from 'node:crypto'
import { ApiError } from '../../kernel/api-error.ts'
import { invariant } from '../../kernel/assert.ts'
import { type Db, statement, type Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'

/** An answer as it went out, so that it can go out again. */
export type Answer = { status: number; body: unknown }

/** The `Idempotency-Key` of a call, with what it asked for. */
export type IdempotencyKey = {
  projectId: string
  scope: 'v1' | 'segmentio'
  key: string
  requestHash: Buffer
}

/** Reads the header; undefined when the caller sent none. Throws `invalid_payload` for an unusable one. */
export function toIdempotencyKey(
  header: string | string[] | undefined,
  {
    projectId,
    scope,
    method,
    url,
    body,
  }: { projectId: string; scope: 'v1' | 'segmentio'; method: string; url: string; body: unknown },
): IdempotencyKey | undefined {
  const key = Array.isArray(header) ? header[0] : header
  if (key === undefined || key === '') return undefined
  if (key.length > LIMITS.idempotencyKeyLengthMax) {
    throw new ApiError('invalid_payload', {
      details: `Header Idempotency-Key must NOT have more than ${LIMITS.idempotencyKeyLengthMax} characters`,
    })
  }
  const requestHash = createHash('sha256')
    .update(`${method} ${url}\n${toText(body)}`)
    .digest()
  return { projectId, scope, key, requestHash }
}

/** The body in one text. Throws `invalid_payload` when it is nested so deep that it cannot be written. */
function toText(body: unknown): string {
  try {
    return JSON.stringify(body ?? null)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new ApiError('invalid_payload', { details: 'Payload is nested too deep' })
  }
}

const CLAIM = statement(
  'claim_idempotency_keys',
  `insert into idempotency_key (project_id, scope, key, request_hash, created_at)
   select * from unnest($1::text[], $2::text[], $3::text[], $4::bytea[], $5::timestamptz[])
     as claim (project_id, scope, key, request_hash, created_at)
    order by project_id, scope, key
   on conflict (project_id, scope, key) do update
     set request_hash = excluded.request_hash, created_at = excluded.created_at, status = null, body = null
     where idempotency_key.created_at < excluded.created_at - $6 * interval '1 millisecond'
   returning project_id, scope, key`,
)
const LOAD = statement(
  'load_idempotency_keys',
  `select project_id, scope, key, request_hash, status, body from idempotency_key
    where (project_id, scope, key) in (select * from unnest($1::text[], $2::text[], $3::text[]))`,
)
const SAVE = statement(
  'save_idempotency_answers',
  `update idempotency_key as stored set status = answer.status, body = answer.body
     from unnest($1::text[], $2::text[], $3::text[], $4::smallint[], $5::text[]) as answer (project_id, scope, key, status, body)
    where (stored.project_id, stored.scope, stored.key) = (answer.project_id, answer.scope, answer.key)`,
)

const keyText = (key: { projectId: string; scope: string; key: string }): string =>
  JSON.stringify([key.projectId, key.scope, key.key])

type StoredRow = {
  project_id: string
  scope: string
  key: string
  request_hash: Uint8Array
  status: number | null
  body: string | null
}

/**
 * Claims keys in `tx` and returns, in order, the answer each was given before (undefined: it is new and
 * now ours until `tx` ends; a rival with the same key waits for that). A key that was used for another
 * request yields the error as its answer. Keys older than 24 h are forgotten (D-09, D-17).
 */
export async function claimIdempotencyKeys(
  tx: Tx,
  keys: readonly IdempotencyKey[],
  now: Date,
): Promise<(Answer | ApiError | undefined)[]> {
  if (keys.length === 0) return []
  // A batch with twins is undone and run one by one by its batcher.
  invariant(
    new Set(keys.map(keyText)).size === keys.length,
    'an idempotency key twice in one batch',
  )
  const columns = [
    keys.map((key) => key.projectId),
    keys.map((key) => key.scope),
    keys.map((key) => key.key),
  ]
  const claimed = await tx.run<{ project_id: string; scope: string; key: string }>(CLAIM, [
    ...columns,
    keys.map((key) => key.requestHash),
    keys.map(() => now),
    LIMITS.idempotencyWindowMs,
  ])
  const ours = new Set(
    claimed.map((row) => keyText({ projectId: row.project_id, scope: row.scope, key: row.key })),
  )
  if (ours.size === keys.length) return keys.map(() => undefined)

  const stored = new Map<string, StoredRow>()
  for (const row of await tx.run<StoredRow>(LOAD, columns)) {
    stored.set(keyText({ projectId: row.project_id, scope: row.scope, key: row.key }), row)
  }
  return keys.map((key) =>
    ours.has(keyText(key)) ? undefined : toStoredAnswer(key, stored.get(keyText(key))),
  )
}

function toStoredAnswer(key: IdempotencyKey, row: StoredRow | undefined): Answer | ApiError {
  if (!row || !key.requestHash.equals(row.request_hash)) {
    return new ApiError('idempotency_key_reused', {
      details: 'This Idempotency-Key was used for another request in the last 24 hours',
    })
  }
  return { status: row.status ?? 200, body: row.body === null ? undefined : JSON.parse(row.body) }
}

/** Stores the answers given under claimed keys, in the transaction that did the work. */
export function saveIdempotencyAnswers(
  tx: Tx,
  answers: readonly { key: IdempotencyKey; answer: Answer }[],
): void {
  if (answers.length === 0) return
  tx.send(SAVE, [
    answers.map(({ key }) => key.projectId),
    answers.map(({ key }) => key.scope),
    answers.map(({ key }) => key.key),
    answers.map(({ answer }) => answer.status),
    answers.map(({ answer }) => (answer.body === undefined ? null : JSON.stringify(answer.body))),
  ])
}

const SWEEP = statement(
  'sweep_idempotency_keys',
  `delete from idempotency_key where (project_id, scope, key) in (
     select project_id, scope, key from idempotency_key
      where created_at < $1::timestamptz - $2 * interval '1 millisecond'
      order by created_at limit $3 for update skip locked)
   returning 1 as gone`,
)

/** Removes keys that are no longer honoured; true when there may be more. */
export async function sweepIdempotencyKeys(db: Db, now: Date): Promise<boolean> {
  const gone = await db.run(SWEEP, [now, LIMITS.idempotencyWindowMs, LIMITS.sweepRowsMax])
  return gone.length === LIMITS.sweepRowsMax
}
