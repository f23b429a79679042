import { statement, type Tx } from '../../platform/db.ts'

/**
 * What redemptions (or, negative, their rollbacks) change about a voucher. The amount is 0 but for gift cards, the
 * points are 0 but for loyalty cards.
 */
export type RedeemedChange = {
  voucherId: string
  redeemedQuantityDelta: number
  redeemedAmountDelta: number
  redeemedPointsDelta: number
}

const SAVE_REDEEMED = statement(
  'save_redeemed',
  `update voucher set redeemed_quantity = redeemed_quantity + change.quantity,
                      redeemed_amount_minor = redeemed_amount_minor + change.amount,
                      redeemed_points = redeemed_points + change.points
     from (select voucher_id, sum(quantity)::integer as quantity, sum(amount)::bigint as amount,
                  sum(points)::bigint as points
             from unnest($1::text[], $2::integer[], $3::bigint[], $4::bigint[])
               as change (voucher_id, quantity, amount, points)
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
    changes.map((change) => change.redeemedPointsDelta),
  ])
}
