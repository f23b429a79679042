import { invariant } from '../../kernel/assert.ts'
import { isId, newSortableId } from '../../kernel/ids.ts'
import { type Money, money } from '../../kernel/money.ts'
import { type Db, type Statement, statement, type Tx } from '../../platform/db.ts'
import { type DiscountView, toDiscount } from '../discounts/index.ts'
import type { Metadata, Voucher } from './voucher.ts'

/** A code, or an id in its place (R-ID-03). */
export type VoucherReference = { projectId: string; code: string }

export type VoucherRow = {
  id: string
  project_id: string
  code: string
  type: string
  category: string | null
  discount: unknown
  gift_amount_minor: number | null
  gift_subtracted_minor: number
  gift_effect: string | null
  redeemed_amount_minor: number
  redemption_quantity: number | null
  redeemed_quantity: number
  start_date: Date | null
  expiration_date: Date | null
  is_active: boolean
  additional_info: string | null
  metadata: unknown
  is_referral_code: boolean
  holder_id: string | null
  publish_count: number
  created_at: Date
  updated_at: Date | null
}

export function toVoucher(row: VoucherRow): Voucher {
  const common = {
    id: row.id,
    projectId: row.project_id,
    code: row.code,
    category: row.category,
    redemptionQuantity: row.redemption_quantity,
    redeemedQuantity: row.redeemed_quantity,
    startDate: row.start_date,
    expirationDate: row.expiration_date,
    isActive: row.is_active,
    additionalInfo: row.additional_info,
    metadata: row.metadata as Metadata,
    isReferralCode: row.is_referral_code,
    holderId: row.holder_id,
    publishCount: row.publish_count,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
  if (row.gift_amount_minor === null) {
    const discount = toDiscount(row.discount as DiscountView)
    return { ...common, type: 'DISCOUNT_VOUCHER', discount, gift: null }
  }
  const gift = {
    amount: money(row.gift_amount_minor),
    subtractedAmount: money(row.gift_subtracted_minor),
    redeemedAmount: money(row.redeemed_amount_minor),
    effect: 'APPLY_TO_ORDER' as const,
  }
  return { ...common, type: 'GIFT_VOUCHER', discount: null, gift }
}

const BY_CODE = `select voucher.* from voucher
   join unnest($1::text[], $2::text[]) as wanted (project_id, code)
     on voucher.project_id = wanted.project_id and voucher.code = wanted.code
  where voucher.deleted_at is null`
// An id costs a second index, so it is looked up only when one of the codes could be one.
const BY_CODE_OR_ID = `select voucher.* from voucher
  where voucher.deleted_at is null and voucher.id in (
    select voucher.id from voucher join unnest($1::text[], $2::text[]) as wanted (project_id, code)
        on voucher.project_id = wanted.project_id and voucher.code = wanted.code
    union all
    select voucher.id from voucher join unnest($1::text[], $2::text[]) as wanted (project_id, id)
        on voucher.project_id = wanted.project_id and voucher.id = wanted.id)`
// Everybody locks vouchers by id, so that two batches over the same ones queue and do not deadlock.
const LOCKING = 'order by voucher.id for update of voucher'

const FIND = {
  byCode: statement('find_vouchers_by_code', BY_CODE),
  byCodeOrId: statement('find_vouchers_by_code_or_id', BY_CODE_OR_ID),
}
const LOCK = {
  byCode: statement('lock_vouchers_by_code', `${BY_CODE} ${LOCKING}`),
  byCodeOrId: statement('lock_vouchers_by_code_or_id', `${BY_CODE_OR_ID} ${LOCKING}`),
}

/**
 * The vouchers that `references` name, each at the place of its reference; undefined where the project
 * has no such voucher outside the bin. A voucher named twice is one object at both places.
 */
export function findVouchersByCode(
  db: Db,
  references: readonly VoucherReference[],
): Promise<(Voucher | undefined)[]> {
  return load(db, FIND, references)
}

/**
 * As `findVouchersByCode`, but locks the vouchers by id until `tx` ends: rivals for the last use of one
 * queue up here and then see what was left of it (R-CONC-01, R-CONC-02). Comes before customers.
 */
export function lockVouchersByCode(
  tx: Tx,
  references: readonly VoucherReference[],
): Promise<(Voucher | undefined)[]> {
  return load(tx, LOCK, references)
}

const keyOf = (projectId: string, codeOrId: string): string => `${projectId} ${codeOrId}`

async function load(
  db: Db,
  statements: { byCode: Statement; byCodeOrId: Statement },
  references: readonly VoucherReference[],
): Promise<(Voucher | undefined)[]> {
  if (references.length === 0) return []
  const mayBeId = references.some(({ code }) => isId('voucher', code))
  const rows = await db.run<VoucherRow>(mayBeId ? statements.byCodeOrId : statements.byCode, [
    references.map(({ projectId }) => projectId),
    references.map(({ code }) => code),
  ])
  const byId = new Map<string, Voucher>()
  const byCode = new Map<string, Voucher>()
  for (const row of rows) {
    const id = keyOf(row.project_id, row.id)
    const voucher = byId.get(id) ?? toVoucher(row)
    byId.set(id, voucher)
    byCode.set(keyOf(row.project_id, row.code), voucher)
  }
  return references.map(({ projectId, code }) => {
    const key = keyOf(projectId, code)
    return byCode.get(key) ?? byId.get(key)
  })
}

/** What redemptions (or, negative, their rollbacks) change about a voucher. The amount is 0 but for gift cards. */
export type RedeemedChange = {
  voucherId: string
  redeemedQuantityDelta: number
  redeemedAmountDelta: number
}

const SAVE_REDEEMED = statement(
  'save_redeemed',
  `update voucher set redeemed_quantity = redeemed_quantity + change.quantity,
                      redeemed_amount_minor = redeemed_amount_minor + change.amount
     from (select voucher_id, sum(quantity)::integer as quantity, sum(amount)::bigint as amount
             from unnest($1::text[], $2::integer[], $3::bigint[]) as change (voucher_id, quantity, amount)
            group by voucher_id) as change
    where voucher.id = change.voucher_id
   returning voucher.id`,
)

/** Counts redemptions of vouchers that `tx` has locked; several changes of one voucher add up. */
export async function saveRedeemed(tx: Tx, changes: readonly RedeemedChange[]): Promise<void> {
  if (changes.length === 0) return
  const saved = await tx.run<{ id: string }>(SAVE_REDEEMED, [
    changes.map((change) => change.voucherId),
    changes.map((change) => change.redeemedQuantityDelta),
    changes.map((change) => change.redeemedAmountDelta),
  ])
  const vouchers = new Set(changes.map((change) => change.voucherId))
  invariant(saved.length === vouchers.size, 'a redemption of a voucher that is gone')
}

/** A movement on a gift card (engine-core §4.5). */
export type VoucherTransaction = {
  projectId: string
  voucherId: string
  type: 'CREDITS_REDEMPTION' | 'CREDITS_REFUND'
  /** What it changes the balance by: negative for a redemption. */
  amount: Money
  /** What it leaves on the card. */
  balance: Money
  redemptionId: string
  createdAt: Date
}

const INSERT_TRANSACTIONS = statement(
  'insert_voucher_transactions',
  `insert into voucher_transaction (id, project_id, voucher_id, type, amount_minor, balance_minor, redemption_id, created_at)
   select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::text[], $8::timestamptz[])`,
)

/** Writes the ledger of gift cards, in the order given, with the redemptions that caused it. */
export async function insertVoucherTransactions(
  tx: Tx,
  transactions: readonly VoucherTransaction[],
): Promise<void> {
  if (transactions.length === 0) return
  await tx.run(INSERT_TRANSACTIONS, [
    transactions.map(({ createdAt }) => newSortableId('voucherTransaction', createdAt.getTime())),
    transactions.map(({ projectId }) => projectId),
    transactions.map(({ voucherId }) => voucherId),
    transactions.map(({ type }) => type),
    transactions.map(({ amount }) => amount),
    transactions.map(({ balance }) => balance),
    transactions.map(({ redemptionId }) => redemptionId),
    transactions.map(({ createdAt }) => createdAt),
  ])
}
