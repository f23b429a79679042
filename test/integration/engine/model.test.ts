import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../support/test-app.ts'
import { type Recorded, runClients } from './model/clients.ts'
import { inEffectiveOrder, rowsOf } from './model/history.ts'
import { createModel, type ModelState } from './model/model.ts'
import { storedState, toExpected } from './model/stored.ts'
import { createWorld } from './model/world.ts'
import { useSecondProcess } from './redemptions/second-process.ts'

/*
 * Thirty-two clients do at random what clients do, through two processes. Afterwards a model without database and
 * without parallelism goes through the same operations in the order in which they became effective: what is stored
 * must equal what the model says, no limit may have been passed in between, and every refusal must have had a reason.
 * `MODEL_SEED` repeats the choices of a run, `MODEL_OPERATIONS` makes it longer; the operating system still decides
 * who comes first.
 */
const SEED = Number(process.env['MODEL_SEED'] ?? 20_260_601)
const OPERATIONS = Number(process.env['MODEL_OPERATIONS'] ?? 10_000)
const CLIENTS = 32
/** What may be refused, and why. Nothing else may, and nothing may fail. */
const REFUSALS: ReadonlySet<string> = new Set([
  'redeem quantity_exceeded',
  'redeem gift_amount_exceeded',
  'redeem redemption_rules_violated',
  'redeem voucher_disabled',
  'roll_back already_rolled_back',
  'roll_back invalid_redemption_parent',
  'balance invalid_add_balance_params',
  'release not_found',
])

// Answers are held to the contract elsewhere; here it would take a third of the time.
const t = useTestApp({ isWatched: false })
const { post } = useSecondProcess(t)

const nameOf = ({ operation, answer }: Recorded): string =>
  `${operation.kind} ${answer.body?.key ?? answer.status}`

/** How often each kind of operation was answered how. */
function toCounts(records: readonly Recorded[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const record of records) counts[nameOf(record)] = (counts[nameOf(record)] ?? 0) + 1
  return counts
}

const isExpected = (record: Recorded): boolean =>
  record.operation.kind === 'repeat' || record.answer.status < 300 || REFUSALS.has(nameOf(record))

describe('10,000 mixed operations by 32 clients through two processes', () => {
  it('leave what a sequential model says, and pass no limit on the way (R-CONC-01 to R-CONC-07)', async () => {
    const world = await createWorld(t)
    const setting = { t, post, world, seed: SEED }
    const records = await runClients(setting, { clients: CLIENTS, count: OPERATIONS })
    const told = `seed ${SEED}: ${JSON.stringify(toCounts(records))}`
    expect(records.length, told).toBeGreaterThanOrEqual(OPERATIONS)
    expect(
      records.filter((record) => !isExpected(record)),
      told,
    ).toEqual([])

    const model = createModel(world, records)
    const placed = await inEffectiveOrder(t, records)
    for (const each of placed) model.apply(each)
    expect(model.problems, told).toEqual([])
    expect(await storedState(t), told).toEqual(toExpected(model.state, records))
    expect(await openSessions(model), told).toEqual([])
    await expectRepeatsAnsweredAlike(records)
    expectRefusalsOfBalances(records, model.state)
    await expectLedgersToAddUp(told)
  }, 600_000)
})

/** Sessions that should be there and are not, or the other way round. */
async function openSessions({
  reserved,
  state,
}: ReturnType<typeof createModel>): Promise<string[]> {
  const rows = await rowsOf<{ code: string; count: number }>(
    t,
    `select code, (select count(*)::int from voucher_session where voucher_id = voucher.id) as count from voucher`,
  )
  const end = Number.MAX_SAFE_INTEGER
  const atTheEnd = { start: end, end } as Recorded
  return rows.flatMap(({ code, count }) => {
    if (!state.accounts.has(code)) return []
    const least = reserved(code, undefined, atTheEnd, true).uses
    const most = reserved(code, undefined, atTheEnd, false).uses
    return count >= least && count <= most ? [] : [`${code}: ${count}, not ${least} to ${most}`]
  })
}

/** D-17: whoever repeats a request with its key gets the answer of the first. */
async function expectRepeatsAnsweredAlike(records: readonly Recorded[]): Promise<void> {
  for (const { operation, answer } of records) {
    if (operation.kind !== 'repeat') continue
    const first = await operation.of.answer
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: first.status,
      body: first.body,
    })
  }
}

/** A removal is refused only when the card held too little at some moment between question and answer. */
function expectRefusalsOfBalances(records: readonly Recorded[], { accounts }: ModelState): void {
  for (const { operation, answer } of records) {
    if (operation.kind !== 'balance' || answer.status === 200) continue
    expect(answer.body.key).toBe('invalid_add_balance_params')
    const lowest = Math.min(
      ...(accounts.get(operation.code)?.balances ?? []).map(({ balance }) => balance),
    )
    expect(lowest + operation.amount).toBeLessThan(0)
  }
}

/** R-TXN-01: each line of a ledger goes on where the one before it ended, and the last is the balance. */
async function expectLedgersToAddUp(told: string): Promise<void> {
  const broken = await rowsOf(
    t,
    `with line as (
       select voucher_id, id, amount_minor, balance_minor,
              lag(balance_minor) over card as before,
              row_number() over (partition by voucher_id order by id desc) = 1 as is_last
         from voucher_transaction window card as (partition by voucher_id order by id))
     select line.* from line join voucher on voucher.id = line.voucher_id
      where before + amount_minor <> balance_minor
         or is_last and balance_minor <> coalesce(gift_amount_minor - gift_subtracted_minor - redeemed_amount_minor,
                                                  points - subtracted_points - expired_points - redeemed_points)`,
  )
  expect(broken, told).toEqual([])
}
