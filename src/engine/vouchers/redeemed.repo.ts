import { newSortableId } from '../../kernel/ids.ts'
import type { Money } from '../../kernel/money.ts'
import { statement, type Tx } from '../../platform/db.ts'

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
    where voucher.id = change.voucher_id`,
)

/** Counts redemptions of vouchers that `tx` has locked; several changes of one voucher add up. */
export function saveRedeemed(tx: Tx, changes: readonly RedeemedChange[]): void {
  if (changes.length === 0) return
  tx.send(SAVE_REDEEMED, [
    changes.map((change) => change.voucherId),
    changes.map((change) => change.redeemedQuantityDelta),
    changes.map((change) => change.redeemedAmountDelta),
  ])
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
export function insertVoucherTransactions(
  tx: Tx,
  transactions: readonly VoucherTransaction[],
): void {
  if (transactions.length === 0) return
  tx.send(INSERT_TRANSACTIONS, [
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
