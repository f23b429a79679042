/** Why a discount cannot be calculated: the key of the error, and what stands against it in our words. */
export type DiscountRefusal = {
  key:
    | 'missing_amount'
    | 'missing_order_items_amount'
    | 'order_rules_violated'
    | 'invalid_amount'
    | 'gift_amount_exceeded'
    | 'loyalty_card_points_exceeded'
  because: string
}

export const refuse = (key: DiscountRefusal['key'], because: string): DiscountRefusal => ({
  key,
  because,
})
