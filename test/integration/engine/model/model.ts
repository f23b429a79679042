import type { Asked, Operation, Recorded } from './clients.ts'
import { CARD_POINTS, DISCOUNT, type Item, type Limit, ORDER_AMOUNT, type World } from './world.ts'

/** A record at the place it has among all that became effective. */
export type Placed = { position: string; record: Recorded }
type Of<K extends Operation['kind']> = Extract<Operation, { kind: K }>

type Reservation = { credits: number; made: Recorded }
/** A voucher or card: its bookkeeping, and what its balance was after each movement. */
type Account = {
  uses: number
  spent: number
  balance: number
  isActive: boolean
  sessions: Map<string, Reservation>
  balances: { position: string; balance: number }[]
}
type Part = {
  item: Item
  account: Account | undefined
  credits: number
  counted: [string, number][]
  discount: number
}
type Redeemed = { parts: Part[]; orderId: string; isRolledBack: boolean }

export type ModelState = {
  accounts: Map<string, Account>
  tiers: Map<string, { uses: number; amount: number; discount: number }>
  counters: Map<string, number>
  orders: Map<string, { discount: number; status: string }>
  redemptions: Map<string, Redeemed>
}

const START = ''

/**
 * The bookkeeping of the engine, one operation after another: uses, balances, counters, sessions, orders and tiers.
 * How much a discount takes off is read from the answers. `problems` collects what must not have been granted, and
 * refusals for which there was no reason.
 */
export function createModel(world: World, records: readonly Recorded[]) {
  const state: ModelState = {
    accounts: new Map(),
    tiers: new Map(),
    counters: new Map(),
    orders: new Map(),
    redemptions: new Map(),
  }
  const problems: string[] = []
  const releases = records.filter(
    ({ operation, answer }) => operation.kind === 'release' && answer.status === 204,
  )
  for (const item of world.items) {
    if (item.object === 'voucher') state.accounts.set(item.id, newAccount(item.credits ?? 0))
    else state.tiers.set(item.id, { uses: 0, amount: 0, discount: 0 })
  }
  for (const code of world.pointCards) state.accounts.set(code, newAccount(CARD_POINTS))

  const complain = (what: string, { position, record }: Placed): void => {
    const { operation, start, end } = record
    problems.push(`${what} at ${position}, ${start} to ${end}: ${JSON.stringify(operation)}`)
  }

  /** What others reserved of an account, certainly or at most: a release leaves no trace of its moment. */
  function reserved(code: string, mine: string | undefined, at: Recorded, certainly: boolean) {
    const sessions = [...(state.accounts.get(code)?.sessions ?? [])]
    const held = sessions.filter(([key, { made }]) => {
      if (key === mine) return false
      return !releases.some(({ operation, start, end }) => {
        const { code: of, sessionKey } = operation as Of<'release'>
        if (of !== code || sessionKey !== key) return false
        return certainly ? end > made.start && start < at.end : start > made.end && end < at.start
      })
    })
    const credits = held.reduce((sum, [, session]) => sum + session.credits, 0)
    return { uses: held.length, credits }
  }

  function redeem(placed: Placed, operation: Of<'redeem'>): void {
    const { body } = placed.record.answer
    const head = body.parent_redemption?.id ?? body.redemptions[0].id
    const { id: orderId, total_discount_amount: shown = 0 } = body.order
    const parts = (body.redemptions as Shown[]).map((part) => take(placed, operation, part))
    state.redemptions.set(head, { parts, orderId, isRolledBack: false })
    const before = state.orders.get(orderId)?.discount ?? 0
    const discount = parts.reduce((sum, part) => sum + part.discount, before)
    state.orders.set(orderId, { discount, status: 'PAID' })
    if (shown !== discount || discount > ORDER_AMOUNT) {
      complain(`the order has ${discount} off, and the answer ${shown}`, placed)
    }
  }

  /** Books one part of a granted request. */
  function take(placed: Placed, operation: Of<'redeem'>, shown: Shown): Part {
    const { item } = findAsked(operation, shown.voucher?.code ?? shown.promotion_tier?.id)
    const discount = shown.order.total_applied_discount_amount ?? 0
    const credits = shown.gift?.amount ?? 0
    const account = state.accounts.get(item.id)
    if (account) {
      const { sessionKey } = operation
      if (!account.isActive) complain('a disabled voucher was redeemed', placed)
      expectLeft(item, credits, { placed, sessionKey })
      account.uses += 1
      account.spent += credits
      move(account, -credits, placed)
      account.sessions.delete(sessionKey ?? '')
    }
    addTo(state.tiers.get(item.id), 1, discount)
    const counted = countTowards(item.limits, { placed, discount, customerId: shown.customer_id })
    return { item, account, credits, counted, discount }
  }

  function countTowards(
    limits: readonly Limit[],
    by: { placed: Placed; discount: number; customerId: string | null },
  ): [string, number][] {
    return limits.map((limit) => {
      const key = counterOf(limit, by.customerId)
      const delta = limit.by === 'campaign_budget' ? by.discount : 1
      if (count(key, delta) > limit.max) complain(`the limit of ${key} was passed`, by.placed)
      return [key, delta]
    })
  }

  /** R-SES-03: a use, and the credits, must be there besides what others have reserved. */
  function expectLeft(
    { id, quantity, credits: hasCredits }: Item,
    credits: number,
    { placed, sessionKey }: { placed: Placed; sessionKey: string | undefined },
  ): void {
    const account = state.accounts.get(id)
    if (!account) return
    const held = reserved(id, sessionKey, placed.record, true)
    if (quantity !== null && account.uses + held.uses >= quantity) {
      complain(`${id} had no use left`, placed)
    }
    if (hasCredits !== undefined && credits > account.balance - held.credits) {
      complain(`${id} did not hold ${credits}`, placed)
    }
  }

  const count = (key: string, delta: number): number => {
    const used = (state.counters.get(key) ?? 0) + delta
    state.counters.set(key, used)
    return used
  }

  /** A refusal must have had its reason at that moment. */
  function justify(placed: Placed, operation: Of<'redeem'>): void {
    const { key } = placed.record.answer.body
    const isTrue = operation.asked.some((asked) => isReason(key, asked, operation, placed))
    if (isTrue) return
    const seen = operation.asked.map(({ item }) => {
      const { uses, balance, sessions } = state.accounts.get(item.id) ?? newAccount(0)
      return `${item.id}: ${uses} uses, ${balance} left, sessions ${[...sessions.keys()]}`
    })
    complain(`refused as ${key} without reason (${seen.join('; ')})`, placed)
  }

  function isReason(
    key: string,
    { item, credits }: Asked,
    operation: Of<'redeem'>,
    { record }: Placed,
  ): boolean {
    const account = state.accounts.get(item.id)
    if (!account) return false
    const held = reserved(item.id, operation.sessionKey, record, false)
    switch (key) {
      case 'voucher_disabled':
        return !account.isActive
      case 'quantity_exceeded':
        return item.quantity !== null && account.uses + held.uses >= item.quantity
      case 'gift_amount_exceeded':
        return credits !== undefined && credits > account.balance - held.credits
      case 'redemption_rules_violated':
        return item.limits.some((limit) => isUsedUp(limit, operation))
      default:
        return false
    }
  }

  /** Whether what was asked for together could have passed the limit. */
  function isUsedUp(limit: Limit, { asked, customer }: Of<'redeem'>): boolean {
    const together = asked.filter(({ item }) => item.limits.includes(limit)).length
    const wanted = limit.by === 'campaign_budget' ? together * DISCOUNT : together
    const used = state.counters.get(counterOf(limit, customerIds.get(customer ?? ''))) ?? 0
    return used + wanted > limit.max
  }

  function rollBack(placed: Placed, { redemptionId }: Of<'roll_back'>): void {
    const redemption = state.redemptions.get(redemptionId)
    if (!redemption) {
      complain('what was never redeemed was rolled back', placed)
      return
    }
    const { status, body } = placed.record.answer
    if (status !== 200) {
      const isTrue = body.key === 'already_rolled_back' && redemption.isRolledBack
      if (!isTrue) complain(`a rollback was refused as ${body.key} without reason`, placed)
      return
    }
    if (redemption.isRolledBack) complain('a redemption was rolled back twice', placed)
    redemption.isRolledBack = true
    for (const part of redemption.parts) giveBack(part, placed)
    state.orders.set(redemption.orderId, { discount: 0, status: 'CANCELED' })
  }

  function giveBack({ item, account, credits, counted, discount }: Part, placed: Placed): void {
    if (account) {
      account.uses -= 1
      account.spent -= credits
      move(account, credits, placed)
    }
    addTo(state.tiers.get(item.id), -1, -discount)
    for (const [key, delta] of counted) count(key, -delta)
  }

  function validate(placed: Placed, { asked, sessionKey }: Of<'validate'>): void {
    const { record } = placed
    for (const account of state.accounts.values()) account.sessions.delete(sessionKey)
    for (const { item } of asked) {
      const shown = (record.answer.body.redeemables as Shown[]).find(({ id }) => id === item.id)
      const credits = shown?.result?.gift?.credits ?? 0
      expectLeft(item, credits, { placed, sessionKey })
      state.accounts.get(item.id)?.sessions.set(sessionKey, { credits, made: record })
    }
  }

  function changeBalance(placed: Placed, { code, amount }: Of<'balance'>): void {
    const account = state.accounts.get(code)
    if (!account) return
    move(account, amount, placed)
    if (account.balance < 0) complain('a balance went below zero', placed)
  }

  function switchOnOrOff({ code, verb }: Of<'switch'>): void {
    const account = state.accounts.get(code)
    if (account) account.isActive = verb === 'enable'
  }

  function apply(placed: Placed): void {
    const { operation, answer } = placed.record
    if (operation.kind === 'redeem' && answer.status === 200) redeem(placed, operation)
    else if (operation.kind === 'redeem') justify(placed, operation)
    else if (operation.kind === 'roll_back') rollBack(placed, operation)
    else if (operation.kind === 'validate') validate(placed, operation)
    else if (operation.kind === 'balance') changeBalance(placed, operation)
    else if (operation.kind === 'switch') switchOnOrOff(operation)
  }

  const customerIds = toCustomerIds(records)
  return { state, problems, apply, reserved }
}

/** What an answer shows of a part; only what the model reads. */
type Shown = {
  id: string
  customer_id: string | null
  voucher?: { code: string } | null
  promotion_tier?: { id: string } | null
  order: { id: string; total_applied_discount_amount?: number }
  gift?: { amount: number }
  result?: { gift?: { credits: number } }
}

const newAccount = (balance: number): Account => ({
  uses: 0,
  spent: 0,
  balance,
  isActive: true,
  sessions: new Map(),
  balances: [{ position: START, balance }],
})

function move(account: Account, delta: number, { position }: Placed): void {
  if (delta === 0) return
  account.balance += delta
  account.balances.push({ position, balance: account.balance })
}

function addTo(
  tier: { uses: number; amount: number; discount: number } | undefined,
  uses: number,
  discount: number,
): void {
  if (!tier) return
  tier.uses += uses
  tier.amount += uses * ORDER_AMOUNT
  tier.discount += discount
}

function findAsked({ asked }: Of<'redeem'>, id: string | undefined): Asked {
  const found = asked.find(({ item }) => item.id === id)
  if (!found) throw new Error(`${id} was redeemed and not asked for`)
  return found
}

const counterOf = ({ by, objectId }: Limit, customerId: string | null | undefined): string =>
  by === 'customer'
    ? `${objectId} redemptions customer:${customerId}`
    : `${objectId} ${by === 'campaign_uses' ? 'redemptions' : 'orders_discount'} `

/** The ids of customers by their names, from the answers. */
function toCustomerIds(records: readonly Recorded[]): Map<string, string> {
  const ids = new Map<string, string>()
  for (const { operation, answer } of records) {
    if (operation.kind !== 'redeem' || answer.status !== 200 || !operation.customer) continue
    ids.set(operation.customer, answer.body.redemptions[0].customer_id)
  }
  return ids
}
