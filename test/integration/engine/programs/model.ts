import {
  add,
  type Day,
  dayAfter,
  endOfMonth,
  expire,
  giveBack,
  inAMonth,
  type Line,
  leftOf,
  type Points,
  type Takings,
  take,
} from './model-card.ts'

/*
 * What the specification says of points, tiers, rewards and gift cards (engine-programs §7 to §9), without database,
 * parallelism or anything of the engine. One method is one thing that a caller asks for, or a midnight; each answers the
 * key of the refusal that is due, if any.
 */
type ProgramName = 'main' | 'side'
export type RewardName = 'coupon' | 'mug' | 'credits'
type Tier = { name: string; from: number; to: number }
/** Tiers of `side` last until a day. */
type Card = Points & {
  program: ProgramName
  pending: { points: number; comes: Day }[]
  tier: Tier | undefined
  until: Day | undefined
}
type GiftCard = { balance: number; total: number; ledger: Line[] }
type Spent = {
  on: Day
  state: 'PENDING' | 'COMPLETED' | 'ROLLED_BACK'
  reward?: RewardName | 'coin'
  giveBack(): void
}
/** The codes of a customer's cards. */
export type Member = { main: string; side: string; gift: string }

export const SILVER_FACTOR = 1.5
export const GOLD = { perBlock: 4, coupon: 15 }
export const PRICES = { coupon: 25, mug: 40, credits: 30 }
export const CREDITS = 500
export const MUGS = 4
export const START = 20
const ROLLBACK_DAYS = 90
export const TIERS: Record<ProgramName, Tier[]> = {
  main: [
    { name: 'Silver', from: 100, to: 299 },
    { name: 'Gold', from: 300, to: Number.POSITIVE_INFINITY },
  ],
  side: [
    { name: 'Bronze', from: 50, to: 149 },
    { name: 'Iron', from: 150, to: Number.POSITIVE_INFINITY },
  ],
}
const CARD = 'voucher.loyalty_card.'
const TIER = 'customer.loyalty.tier.'
const REDEEMED = 'customer.reward_redemptions.'

const found = <T>(map: ReadonlyMap<string, T>, code: string): T => {
  const one = map.get(code)
  if (!one) throw new Error(`the model has no card ${code}`)
  return one
}

export class Model {
  readonly cards = new Map<string, Card>()
  readonly gifts = new Map<string, GiftCard>()
  readonly members: Member[] = []
  readonly spent: Spent[] = []
  readonly told: Record<string, number> = {}
  mugs = MUGS
  today: Day

  constructor(today: Day) {
    this.today = today
  }

  join(member: Member): void {
    const open = (program: ProgramName, lots: Points['lots'], total: number): Card => ({
      ...{ program, lots, total, ledger: [], pending: [], tier: undefined, until: undefined },
    })
    const first = { points: START, expires: inAMonth(this.today), isOver: false }
    this.cards.set(member.main, open('main', [first], START))
    this.cards.set(member.side, open('side', [], 0))
    this.gifts.set(member.gift, { balance: 0, total: 0, ledger: [] })
    this.members.push(member)
  }

  change(code: string, points: number, expires?: Day | null): string | undefined {
    const card = found(this.cards, code)
    if (points < 0)
      return take(card, -points, 'POINTS_REMOVAL') ? undefined : 'invalid_add_balance_params'
    this.add(card, points, 'POINTS_ADDITION', expires)
    this.tellBoth('points_added')
    return undefined
  }

  transfer(from: string, to: string, points: number): string | undefined {
    if (from === to) return 'invalid_voucher'
    const source = found(this.cards, from)
    if (!take(source, points, 'POINTS_TRANSFER_OUT')) return 'loyalty_card_points_exceeded'
    this.add(found(this.cards, to), points, 'POINTS_TRANSFER_IN')
    this.tell(`customer.${CARD}points_transferred`, `customer.${CARD}points_transferred`)
    return undefined
  }

  /** L-11, L-12, L-14, L-40: the tier of before decides. */
  pay({ main }: Member, amount: number): void {
    const card = found(this.cards, main)
    const perBlock = card.tier?.name === 'Gold' ? GOLD.perBlock : 3
    const factor = card.tier?.name === 'Silver' ? SILVER_FACTOR : 1
    this.earn(card, Math.round(Math.floor(amount / 1_000) * perBlock * factor))
    const points = Math.floor(amount / 2_000) * 5
    if (points === 0) return
    card.pending.push({ points, comes: dayAfter(this.today, 3) })
    this.tellBoth('pending_points.added')
  }

  visit({ main }: Member): void {
    const card = found(this.cards, main)
    this.earn(card, card.tier?.name === 'Silver' ? 25 : 10)
  }

  activate(code: string, index: number): void {
    const card = found(this.cards, code)
    const [pending] = card.pending.splice(index, 1)
    this.add(card, pending?.points ?? 0, 'PENDING_POINTS_ACTIVATION')
    this.tellBoth('pending_points.activated')
  }

  adjust(code: string, index: number, points: number): string | undefined {
    const pending = found(this.cards, code).pending[index]
    if (!pending || pending.points + points <= 0) return 'invalid_amount'
    pending.points += points
    this.tellBoth('pending_points.updated')
    return undefined
  }

  cancel(code: string, index: number): void {
    found(this.cards, code).pending.splice(index, 1)
    this.tellBoth('pending_points.canceled')
  }

  buy({ main, gift }: Member, reward: RewardName): string | undefined {
    const card = found(this.cards, main)
    const price = reward === 'coupon' && card.tier?.name === 'Gold' ? GOLD.coupon : PRICES[reward]
    if (leftOf(card) < price) return this.refuse('loyalty_card_points_exceeded')
    if (reward === 'mug' && this.mugs === 0) return this.refuse('reward_out_of_stock')
    this.spend(card, price, reward)
    if (reward === 'mug') this.mugs -= 1
    if (reward === 'credits') this.credit(gift, CREDITS, 'CREDITS_ADDITION')
    return undefined
  }

  /** points take something off an order, which is paid then. */
  payWithPoints(member: Member, points: number, amount: number): string | undefined {
    const card = found(this.cards, member.main)
    if (leftOf(card) < points) return this.refuse('loyalty_card_points_exceeded')
    this.spend(card, points, 'coin')
    this.pay(member, amount)
    return undefined
  }

  topUp({ gift }: Member, amount: number): string | undefined {
    if (found(this.gifts, gift).balance + amount < 0) return 'invalid_add_balance_params'
    this.credit(gift, amount, amount < 0 ? 'CREDITS_REMOVAL' : 'CREDITS_ADDITION')
    return undefined
  }

  payWithGift(member: Member, credits: number, amount: number): string | undefined {
    const { gift } = member
    if (found(this.gifts, gift).balance < credits) return this.refuse('gift_amount_exceeded')
    this.credit(gift, -credits, 'CREDITS_REDEMPTION')
    const back = () => this.credit(gift, credits, 'CREDITS_REFUND')
    this.spent.push({ on: this.today, state: 'COMPLETED', giveBack: back })
    this.tell('customer.redemption.succeeded')
    this.pay(member, amount)
    return undefined
  }

  complete(index: number): string | undefined {
    const spent = this.spent[index]
    if (spent?.state !== 'PENDING') return 'invalid_reward_redemption_state'
    spent.state = 'COMPLETED'
    this.tell(`${REDEEMED}completed`)
    return undefined
  }

  /** R-15, R-RB-05. */
  rollBack(index: number): string | undefined {
    const spent = this.spent[index]
    if (spent && this.today > dayAfter(spent.on, ROLLBACK_DAYS)) return 'invalid_rollback_params'
    const isPossible = spent && spent.state !== 'ROLLED_BACK'
    this.tell(`customer.redemption.rollback.${isPossible ? 'succeeded' : 'failed'}`)
    if (!isPossible) return 'already_rolled_back'
    spent.state = 'ROLLED_BACK'
    spent.giveBack()
    if (spent.reward) this.tell(`${REDEEMED}rolledback`)
    if (spent.reward === 'mug') this.mugs += 1
    return undefined
  }

  /** L-66, in its order: what is pending comes, tiers end, points expire, tiers follow. */
  sleep(days: number): void {
    this.today = dayAfter(this.today, days)
    const cards = [...this.cards]
    for (const [code, { pending }] of cards) {
      for (const _ of pending.filter(({ comes }) => comes <= this.today)) this.activate(code, 0)
    }
    for (const [, card] of cards) if (card.until && card.until < this.today) this.requalify(card)
    for (const [, card] of cards) if (expire(card, this.today) > 0) this.tellBoth('points_expired')
    this.settle()
  }

  /** L-50 to L-54: in `main` a tier is what the balance says; in `side` it lasts, and only rises. */
  settle(): void {
    for (const card of this.cards.values()) {
      const rises = (tierOf(card)?.from ?? 0) > (card.tier?.from ?? 0)
      if (card.program === 'main' || rises) this.move(card, tierOf(card))
    }
  }

  private move(card: Card, to: Tier | undefined): void {
    const { tier: before } = card
    if (to === before) return
    if (!before || !to) this.tell(TIER + (to ? 'joined' : 'left'))
    else this.tell(TIER + (to.from > before.from ? 'upgraded' : 'downgraded'))
    card.tier = to
    card.until = card.program === 'side' && to ? endOfMonth(this.today) : undefined
  }

  private requalify(card: Card): void {
    if (tierOf(card) === card.tier) this.tell(`${TIER}prolonged`)
    card.until = endOfMonth(this.today)
    this.move(card, tierOf(card))
  }

  private expiry = ({ program }: Card): Day =>
    program === 'main' ? inAMonth(this.today) : endOfMonth(this.today, 1)

  private add(card: Card, points: number, type: string, expires?: Day | null): void {
    add(card, { points, type, expires: expires === undefined ? this.expiry(card) : expires })
  }

  private earn(card: Card, points: number): void {
    if (points === 0) return
    this.add(card, points, 'POINTS_ACCRUAL')
    this.tell('customer.rewarded.loyalty_points')
  }

  private spend(card: Card, points: number, reward: RewardName | 'coin'): void {
    const takings: Takings = take(card, points, 'POINTS_REDEMPTION') ?? []
    const state = reward === 'mug' ? 'PENDING' : 'COMPLETED'
    this.spent.push({
      ...{ on: this.today, state, reward },
      giveBack: () => giveBack(card, takings, this.expiry(card)),
    })
    this.tell('customer.redemption.succeeded', 'customer.rewarded', `${REDEEMED}created`)
    this.tell(REDEEMED + state.toLowerCase())
  }

  private credit(code: string, amount: number, type: string): void {
    const gift = found(this.gifts, code)
    gift.balance += amount
    if (type === 'CREDITS_ADDITION' || type === 'CREDITS_REMOVAL') gift.total += amount
    gift.ledger.push([type, amount, gift.balance, gift.total])
    const told = 'voucher.gift.balance_added'
    if (type === 'CREDITS_ADDITION') this.tell(told, `customer.${told}`)
  }

  private refuse(key: string): string {
    this.tell('customer.redemption.failed')
    return key
  }

  /** To the project, and in the feed of whoever holds the card. */
  private tellBoth(what: string): void {
    this.tell(CARD + what, `customer.${CARD}${what}`)
  }

  private tell(...types: string[]): void {
    for (const type of types) this.told[type] = (this.told[type] ?? 0) + 1
  }
}

const tierOf = (card: Card): Tier | undefined =>
  TIERS[card.program].find(({ from, to }) => from <= leftOf(card) && leftOf(card) <= to)
