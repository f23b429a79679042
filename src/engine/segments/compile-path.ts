import { ADDRESS_PARTS, type Summary } from '../customers/index.ts'
import type { CustomerFacts, FactValue, FilterNeeds } from './customer-facts.ts'

/** What a field holds, which decides about the operators it knows; `any` is metadata. */
export type FieldKind = 'text' | 'number' | 'date' | 'list' | 'dates' | 'any'

/** A field of a customer, by the path that filters write. */
export type Field = {
  kind: FieldKind
  read: (facts: CustomerFacts) => FactValue
  needs?: Partial<FilterNeeds>
}

const TEXTS = ['name', 'email', 'phone', 'description'] as const

const PLAIN: Record<string, Field> = {
  ...Object.fromEntries(
    TEXTS.map((name): [string, Field] => [
      name,
      { kind: 'text', read: ({ customer }) => customer[name] },
    ]),
  ),
  ...Object.fromEntries(
    ADDRESS_PARTS.map((part): [string, Field] => [
      `address.${part}`,
      { kind: 'text', read: ({ customer }) => customer.address?.[part] },
    ]),
  ),
  id: { kind: 'text', read: ({ customer }) => customer.id },
  source_id: { kind: 'text', read: ({ customer }) => customer.sourceId },
  city: { kind: 'text', read: ({ customer }) => customer.address?.city },
  birthdate: { kind: 'date', read: ({ customer }) => customer.birthdate },
  birthday: { kind: 'date', read: ({ customer }) => customer.birthdate },
  created_at: { kind: 'date', read: ({ customer }) => customer.createdAt },
  updated_at: { kind: 'date', read: ({ customer }) => customer.updatedAt },
  segments: {
    kind: 'list',
    read: ({ segmentIds }) => [...segmentIds],
    needs: { segments: true },
  },
  'publications.created_at': {
    kind: 'dates',
    read: ({ publications }) => publications.map(({ createdAt }) => createdAt),
    needs: { publications: true },
  },
  'publications.related_object_id': {
    kind: 'list',
    read: ({ publications }) => publications.flatMap(({ relatedObjectIds }) => relatedObjectIds),
    needs: { publications: true },
  },
}

type Sum = (summary: Summary) => number

const SUMS: Record<string, Sum> = {
  'summary.redemptions.total_redeemed': ({ redemptions }) => redemptions.succeeded,
  'summary.redemptions.total_failed': ({ redemptions }) => redemptions.failed,
  'summary.redemptions.total_succeeded': ({ redemptions }) => redemptions.succeeded,
  'summary.redemptions.total_rolled_back': ({ redemptions }) => redemptions.rolledBack,
  'summary.redemptions.total_rollback_failed': ({ redemptions }) => redemptions.rollbackFailed,
  'summary.redemptions.total_rollback_succeeded': ({ redemptions }) => redemptions.rolledBack,
  'summary.redemptions.gift.redeemed_amount': ({ gift }) => gift.redeemed,
  'summary.redemptions.gift.amount_to_go': ({ gift }) => gift.balance,
  'summary.redemptions.loyalty_card.redeemed_points': ({ loyalty }) => loyalty.redeemedPoints,
  'summary.redemptions.loyalty_card.points_to_go': ({ loyalty }) => loyalty.points,
  'summary.orders.total_amount': ({ orders }) => orders.amount,
  'summary.orders.total_count': ({ orders }) => orders.count,
  'summary.orders.average_amount': ({ orders }) =>
    orders.count === 0 ? 0 : Math.round(orders.amount / orders.count),
  'summary.orders.last_order_amount': ({ orders }) => orders.last?.amount ?? 0,
  'loyalty.points': ({ loyalty }) => loyalty.points,
  'loyalty.referred_customers': ({ loyalty }) => loyalty.referredCustomers,
}

const ofSummary = (kind: FieldKind, read: (summary: Summary) => FactValue): Field => ({
  kind,
  read: ({ summary }) => read(summary),
  needs: { summary: true },
})

const SUMMARY: Record<string, Field> = {
  ...Object.fromEntries(
    Object.entries(SUMS).map(([name, sum]) => [name, ofSummary('number', sum)]),
  ),
  'summary.orders.last_order_date': ofSummary('date', ({ orders }) => orders.last?.at),
  'loyalty.tier': ofSummary('list', ({ loyalty }) =>
    loyalty.campaigns.flatMap(({ tier }) => (tier ? [tier.id, tier.name] : [])),
  ),
}

const FIXED: ReadonlyMap<string, Field> = new Map(Object.entries({ ...PLAIN, ...SUMMARY }))

type Named = { prefix: string; suffix: string; toField: (name: string) => Field }

const inCampaign =
  (
    kind: FieldKind,
    read: (campaign: Summary['loyalty']['campaigns'][number]) => FactValue,
  ): Named['toField'] =>
  (name) =>
    ofSummary(kind, ({ loyalty }) => {
      const campaign = loyalty.campaigns.find((each) => each.name === name)
      return campaign && read(campaign)
    })

const points = inCampaign('number', (campaign) => campaign.points)
const tier = inCampaign('list', (campaign) =>
  campaign.tier ? [campaign.tier.id, campaign.tier.name] : undefined,
)

/** Fields that have a name in them, dots and blanks included: what begins and ends them is known. */
const NAMED: readonly Named[] = [
  {
    prefix: 'metadata.',
    suffix: '',
    toField: (name) => ({ kind: 'any', read: ({ customer }) => readKey(customer.metadata, name) }),
  },
  {
    prefix: 'system_metadata.',
    suffix: '',
    toField: (name) => ({
      kind: 'any',
      read: ({ customer }) => readKey(customer.systemMetadata, name),
    }),
  },
  {
    prefix: 'events.',
    suffix: '.count',
    toField: (name) => ({
      kind: 'number',
      read: ({ events }) => events.get(name) ?? 0,
      needs: { events: [name] },
    }),
  },
  { prefix: 'loyalty_points.campaigns.', suffix: '.points', toField: points },
  { prefix: 'loyalty.campaigns.', suffix: '.points', toField: points },
  {
    prefix: 'loyalty.campaigns.',
    suffix: '.referred_customers',
    toField: inCampaign('number', (campaign) => campaign.referredCustomers),
  },
  { prefix: 'loyalty.campaigns.', suffix: '.loyalty_tier', toField: tier },
  { prefix: 'loyalty_tier.', suffix: '', toField: tier },
]

function readKey(metadata: CustomerFacts['customer']['metadata'], key: string): FactValue {
  if (Object.hasOwn(metadata, key)) return metadata[key]
  // A key of an object within.
  const dot = key.indexOf('.')
  if (dot === -1) return undefined
  const inner = metadata[key.slice(0, dot)]
  return inner !== null && typeof inner === 'object' && !Array.isArray(inner)
    ? readKey(inner, key.slice(dot + 1))
    : undefined
}

/** The field that `path` names (engine-programs §5.3); undefined when there is none. */
export function compilePath(path: string): Field | undefined {
  const fixed = FIXED.get(path)
  if (fixed) return fixed
  const named = NAMED.find(
    ({ prefix, suffix }) =>
      path.length > prefix.length + suffix.length &&
      path.startsWith(prefix) &&
      path.endsWith(suffix),
  )
  return named?.toField(path.slice(named.prefix.length, path.length - named.suffix.length))
}
