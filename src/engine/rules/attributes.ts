import { isPlainObject, type Json, type JsonObject } from '../../kernel/json.ts'
import type { CalendarPeriod } from '../validity/index.ts'
import type { Context, Family } from './condition.ts'
import type { ValueKind } from './operators/index.ts'
import type { CounterNeed, RuleFacts, RuleItem, ViolationKey } from './rule.ts'

/** Something that conditions compare (engine-core §9.3). */
export type Attribute = {
  label: string
  family: Family
  kind: ValueKind
  /** A key of metadata, named by the condition (R-RULE-04). */
  hasProperty?: true
  /** The error when the facts lack what it is read from (R-RULE-05). */
  lack?: (context: Context) => ViolationKey | undefined
  read: (context: Context, property: string) => Json | undefined
  counter?: Omit<CounterNeed, 'max'>
  usesTotalAmount?: true
  usesCustomer?: true
}

type Order = NonNullable<RuleFacts['order']>

const lackOfCustomer = ({ facts }: Context): ViolationKey | undefined =>
  facts.customer ? undefined : 'missing_customer'
const lackOfOrder = ({ facts }: Context): ViolationKey | undefined =>
  facts.order ? undefined : 'missing_order'

/** The error for a condition on the lines of a cart that has none. */
export const lackOfItems = ({ facts }: Context): ViolationKey | undefined => {
  if (!facts.order) return 'missing_order'
  return facts.order.items.length > 0 ? undefined : 'missing_order_items'
}

/** The value under `property`, or else under the path that its dots make of it; own members only. */
export function readProperty(metadata: JsonObject | undefined, property: string): Json | undefined {
  if (metadata === undefined) return undefined
  if (Object.hasOwn(metadata, property)) return metadata[property]
  if (!property.includes('.')) return undefined
  return property
    .split('.')
    .reduce<unknown>(
      (value, key) => (isPlainObject(value) && Object.hasOwn(value, key) ? value[key] : undefined),
      metadata,
    ) as Json | undefined
}

const orderAmount = (label: string, read: (order: Order) => number | undefined): Attribute => ({
  label,
  family: 'order',
  kind: 'number',
  lack: ({ facts }) => {
    if (!facts.order) return 'missing_order'
    return read(facts.order) === undefined ? 'missing_amount' : undefined
  },
  read: ({ facts }) => facts.order && read(facts.order),
})

const ofRedemption = (
  label: string,
  kind: ValueKind,
  read: (redemption: RuleFacts['redemption']) => Json | undefined,
): Attribute => ({ label, family: 'redemption', kind, read: ({ facts }) => read(facts.redemption) })

function counter(label: string, need: Omit<CounterNeed, 'max'>): Attribute {
  const asked: CounterNeed = { ...need, max: null }
  const attribute: Attribute = {
    label,
    family: 'redemption',
    kind: 'number',
    counter: need,
    read: ({ facts }) => facts.counters(asked),
  }
  if (need.subject === 'customer') return { ...attribute, lack: lackOfCustomer, usesCustomer: true }
  if (need.subject !== 'user') return attribute
  const read = ({ facts }: Context) =>
    facts.redemption.userLogin === null ? undefined : facts.counters(asked)
  return { ...attribute, read }
}

const PERIODS: readonly [suffix: string, period: CalendarPeriod | null, label: string][] = [
  ['', null, ''],
  ['.daily', 'daily', ' today'],
  ['.weekly', 'weekly', ' this week'],
  ['.monthly', 'monthly', ' this month'],
]

/** The same limit for ever and for each period. */
const counters = (
  name: string,
  label: string,
  need: Pick<CounterNeed, 'object' | 'subject'>,
): [string, Attribute][] =>
  PERIODS.map(([suffix, period, when]) => [
    `${name}${suffix}`,
    counter(`${label}${when}`, { measure: 'redemptions', ...need, period }),
  ])

const campaignSum = (label: string, measure: 'orders_amount' | 'orders_discount'): Attribute =>
  counter(label, { measure, object: 'campaign', subject: 'everybody', period: null })

/** What a condition on the whole can look at. */
export const RULE_ATTRIBUTES: ReadonlyMap<string, Attribute> = new Map<string, Attribute>([
  [
    'customer.segment',
    {
      label: 'customer segments',
      family: 'customer',
      kind: 'ids',
      usesCustomer: true,
      lack: lackOfCustomer,
      read: ({ facts }) => [...(facts.customer?.segmentIds ?? [])],
    },
  ],
  [
    'customer.metadata',
    {
      label: 'customer metadata',
      family: 'customer',
      kind: 'any',
      hasProperty: true,
      usesCustomer: true,
      lack: lackOfCustomer,
      read: ({ facts }, property) => readProperty(facts.customer?.metadata, property),
    },
  ],
  ['order.amount', orderAmount('order amount', ({ amount }) => amount)],
  ['order.initial_amount', orderAmount('order initial amount', (order) => order.initialAmount)],
  [
    'order.total_amount',
    { ...orderAmount('order total amount', (order) => order.totalAmount), usesTotalAmount: true },
  ],
  [
    'order.metadata',
    {
      label: 'order metadata',
      family: 'order',
      kind: 'any',
      hasProperty: true,
      lack: lackOfOrder,
      read: ({ facts }, property) => readProperty(facts.order?.metadata, property),
    },
  ],
  [
    'order.items.count',
    {
      label: 'number of order items',
      family: 'order',
      kind: 'number',
      lack: lackOfItems,
      read: ({ facts }) => facts.order?.items.length,
    },
  ],
  ['campaign.orders.amount', campaignSum('amount of all orders of the campaign', 'orders_amount')],
  [
    'campaign.orders.amount_discounted',
    campaignSum('discounts on all orders of the campaign', 'orders_discount'),
  ],
  ...counters('campaign.redemptions.count', 'redemptions of the campaign', {
    object: 'campaign',
    subject: 'everybody',
  }),
  ...counters(
    'campaign.redemptions.customers_count',
    'redemptions of the campaign by the customer',
    {
      object: 'campaign',
      subject: 'customer',
    },
  ),
  ...counters('redemption.count', 'redemptions', { object: 'redeemable', subject: 'everybody' }),
  ...counters('redemption.count.per_customer', 'redemptions by the customer', {
    object: 'redeemable',
    subject: 'customer',
  }),
  ...counters('redemption.count.per_api_key', 'redemptions by the API key', {
    object: 'redeemable',
    subject: 'api_key',
  }),
  ...counters('redemption.count.per_user', 'redemptions by the user', {
    object: 'redeemable',
    subject: 'user',
  }),
  ['redemption.api_key', ofRedemption('API key', 'text', ({ apiKey }) => apiKey)],
  ['redemption.user.login', ofRedemption('login of the user', 'text', (by) => by.userLogin)],
  ['redemption.gift.amount', ofRedemption('gift credits', 'number', (of) => of.giftCredits)],
  [
    'redemption.reward.pay_with_points.points_used',
    ofRedemption('points used', 'number', ({ points }) => points),
  ],
  [
    'redemption.metadata',
    {
      label: 'redemption metadata',
      family: 'redemption',
      kind: 'any',
      hasProperty: true,
      read: ({ facts }, property) => readProperty(facts.redemption.metadata, property),
    },
  ],
  [
    'publication.redeemable_by_linked_customer',
    {
      label: 'redeemed by its holder',
      family: 'redemption',
      kind: 'switch',
      usesCustomer: true,
      lack: lackOfCustomer,
      read: ({ facts: { customer, holderId } }) => holderId !== null && customer?.id === holderId,
    },
  ],
  [
    // Of earning rules: no redemption is caused by a custom event.
    'custom_event.metadata',
    {
      label: 'custom event metadata',
      family: 'redemption',
      kind: 'any',
      hasProperty: true,
      read: ({ facts }, property) => readProperty(facts.customEvent?.metadata, property),
    },
  ],
])

const lineOf = (context: Context): RuleItem | undefined => context.item?.line

const ofItem = (
  label: string,
  kind: ValueKind,
  read: (line: RuleItem, context: Context) => Json | undefined,
): Attribute => ({
  label,
  family: 'order',
  kind,
  read: (context) => {
    const line = lineOf(context)
    return line && read(line, context)
  },
})

const itemMetadata = (
  label: string,
  metadataOf: (line: RuleItem) => JsonObject | undefined,
): Attribute => ({
  label,
  family: 'order',
  kind: 'any',
  hasProperty: true,
  read: (context, property) => {
    const line = lineOf(context)
    return line && readProperty(metadataOf(line), property)
  },
})

const sumOf = (lines: readonly RuleItem[], amountOf: (line: RuleItem) => number): number =>
  lines.reduce((sum, line) => sum + amountOf(line), 0)

const sums = (prefix: string): [string, Attribute][] => [
  [
    `${prefix}.aggregated_quantity`,
    ofItem('quantity together', 'number', (_line, { item }) =>
      sumOf(item?.selected ?? [], ({ quantity }) => quantity),
    ),
  ],
  [
    `${prefix}.aggregated_amount`,
    ofItem('amount together', 'number', (_line, { item }) =>
      sumOf(item?.selected ?? [], (line) => amountOf(line) ?? 0),
    ),
  ],
]

const amountOf = ({ amount, price, quantity }: RuleItem): number | undefined =>
  amount ?? (price === null ? undefined : price * quantity)

/** The price of one unit, not always whole; undefined for a line without amounts (R-DISC-14). */
export const priceOf = ({ price, amount, quantity }: RuleItem): number | undefined =>
  price ?? (amount === null || quantity === 0 ? undefined : amount / quantity)

/** What a line of the cart has, under the name of its kind of object. */
const itemAttributes = (
  prefix: 'order.items' | 'product' | 'sku',
  metadataOf: (line: RuleItem) => JsonObject | undefined,
): [string, Attribute][] => [
  [`${prefix}.quantity`, ofItem('quantity', 'number', ({ quantity }) => quantity)],
  [`${prefix}.price`, ofItem('price', 'number', priceOf)],
  [`${prefix}.metadata`, itemMetadata(`${prefix.replace('.', ' ')} metadata`, metadataOf)],
  ...sums(prefix),
]

const applicability = (prefix: string): [string, Attribute] => [
  `${prefix}.discount_applicable`,
  ofItem('discount applicable', 'flag', (_line, { item, facts }) =>
    item ? facts.isDiscountApplicable(item.index) : undefined,
  ),
]

/** What a condition below a scope of items can look at. */
export const ITEM_ATTRIBUTES: ReadonlyMap<string, Attribute> = new Map<string, Attribute>([
  ...itemAttributes('order.items', ({ metadata }) => metadata),
  ...itemAttributes('product', ({ productMetadata }) => productMetadata),
  ...itemAttributes('sku', ({ skuMetadata }) => skuMetadata),
  applicability('product'),
  applicability('sku'),
  applicability('product.metadata'),
  ...sums('product.metadata'),
  [
    'product.metadata.match_all',
    ofItem('all items selected', 'flag', (_line, { item, facts }) =>
      item ? item.selected.length === facts.order?.items.length : undefined,
    ),
  ],
])
