import { toStorableText } from '../../kernel/storable.ts'
import { type Db, statement, type Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'

const FIND = statement(
  'find_nightly_failures',
  `select voucher_id, day >= $3::date as is_of_tonight from nightly_failure where project_id = $1 and step = $2
    order by voucher_id`,
)

/** The cards that a step failed at tonight, and the night before. */
export async function findFailedCards(
  tx: Tx,
  projectId: string,
  { step, today }: { step: string; today: string },
): Promise<{ failed: string[]; failedBefore: string[] }> {
  const rows = await tx.run<{ voucher_id: string; is_of_tonight: boolean }>(FIND, [
    projectId,
    step,
    today,
  ])
  const idsOf = (isOfTonight: boolean): string[] =>
    rows.flatMap((row) => (row.is_of_tonight === isOfTonight ? [row.voucher_id] : []))
  return { failed: idsOf(true), failedBefore: idsOf(false) }
}

const SAVE = statement(
  'save_nightly_failure',
  `insert into nightly_failure (project_id, step, voucher_id, day, failure, failed_at)
   select $1, $2, $3, $4::date, $5, $6
    where (select count(*) from nightly_failure where project_id = $1 and step = $2 and day = $4::date) < $7
   on conflict (project_id, step, voucher_id) do update
      set day = excluded.day, failure = excluded.failure, failed_at = excluded.failed_at
   returning voucher_id`,
)

/** A card that a step failed at. */
export type CardFailure = {
  step: string
  voucherId: string
  day: string
  failure: string
  failedAt: Date
}

/** Leaves a card out of a step until the next night; false where too many are left out of it already. */
export async function saveCardFailure(
  tx: Tx,
  projectId: string,
  { step, voucherId, day, failure, failedAt }: CardFailure,
): Promise<boolean> {
  const text = toStorableText(failure.slice(0, LIMITS.textLengthMax)) || 'unknown'
  const max = LIMITS.nightlyFailuresMax
  const rows = await tx.run(SAVE, [projectId, step, voucherId, day, text, failedAt, max])
  return rows.length > 0
}

const END = statement(
  'end_nightly_failures',
  'delete from nightly_failure where project_id = $1 and day < $2::date',
)

/** Forgets the cards that earlier nights failed at: this one did not. */
export function endCardFailures(tx: Tx, projectId: string, today: string): void {
  tx.send(END, [projectId, today])
}

const LIST = statement(
  'list_nightly_failures',
  `select nightly_failure.step, nightly_failure.voucher_id, voucher.code, nightly_failure.day, nightly_failure.failure,
          nightly_failure.failed_at
     from nightly_failure join voucher on voucher.id = nightly_failure.voucher_id
    where nightly_failure.project_id = $1
    order by nightly_failure.failed_at desc, nightly_failure.voucher_id limit $2`,
)

type FailureRow = {
  step: string
  voucher_id: string
  code: string
  day: string
  failure: string
  failed_at: Date
}

/** The cards of a project that the last night failed at, the latest first. */
export const listCardFailures = (db: Db, projectId: string): Promise<FailureRow[]> =>
  db.run<FailureRow>(LIST, [projectId, LIMITS.listLimitMax])
