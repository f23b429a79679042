import { ApiError, notFound } from '../../kernel/api-error.ts'
import type { Json } from '../../kernel/json.ts'
import type { Db } from '../../platform/db.ts'
import { compileBodyCheck } from '../api/index.ts'
import type { Campaign } from '../campaigns/index.ts'
import type { Call } from '../context.ts'
import {
  CUSTOMER_SCHEMA,
  type Customer,
  type CustomerInput,
  findCustomers,
  imagineCustomer,
  toCustomerInput,
} from '../customers/index.ts'
import { getProgram } from '../loyalty-tiers/index.ts'
import {
  calculateOrder,
  catalogKey,
  catalogReferences,
  ORDER_SCHEMA,
  type OrderInput,
  toPricedOrderView,
} from '../orders/index.ts'
import { findCatalogEntries } from '../products/index.ts'
import { findProjectSettings } from '../project-settings/index.ts'
import { decideValidity, type Validity } from '../validity/index.ts'
import { findVouchersById, type Voucher } from '../vouchers/index.ts'
import { decideAccruals } from './decide-accruals.ts'
import { findHeldCards } from './earning.repo.ts'
import { findRulesOfEvents } from './earning-rule.repo.ts'
import { ORDER_PAID } from './earning-rule.ts'
import { loadEarning } from './load-earning.ts'
import type { Trigger } from './trigger.ts'

type View = { [key: string]: Json }
type Body = { customer: CustomerInput | string | null; order: OrderInput | null }

export const ESTIMATE_BODY = {
  type: 'object',
  required: ['customer', 'order'],
  properties: { customer: CUSTOMER_SCHEMA, order: ORDER_SCHEMA },
}

const checkBody = compileBodyCheck<Body>(ESTIMATE_BODY)

/**
 * How many points a customer would earn in a program by an order, if it were paid now (§8.2). Nothing is stored. Throws
 * `not_found`, `campaign_not_active`, `campaign_not_allow_auto_join` and `loyalty_card_not_active`.
 */
export async function estimatePoints(
  db: Db,
  call: Call,
  { program, body }: { program: string; body: unknown },
): Promise<View> {
  const { customer: named, order } = checkBody(body)
  const input = toCustomerInput(named)
  if (!input)
    throw new ApiError('invalid_payload', { details: 'Property .customer must be object' })
  const { projectId, now } = call
  const campaign = await getProgram(db, projectId, program)
  const settings = await findProjectSettings(db, [projectId])
  const timeZone = settings.get(projectId)?.timeZone ?? 'UTC'
  const isOpen = (validity: Validity): boolean =>
    decideValidity(validity, now, timeZone) === 'active'
  if (!campaign.isActive || !isOpen(campaign.validity)) throw notActive(campaign)
  const customer = await findCustomer(db, call, input)
  const cards = await findCards(db, projectId, { customer, campaign })
  refuseIdle(campaign, cards, isOpen)
  const trigger = await imagineOrder(db, call, customer, order ?? {})
  const rules = await findRulesOfEvents(db, projectId, [ORDER_PAID])
  const state = await loadEarning(db, {
    projectId,
    now,
    triggers: [trigger],
    rules: rules.filter(({ campaignId }) => campaignId === campaign.id),
    campaigns: new Map([[campaign.id, campaign]]),
    customers: [customer],
    cards,
  })
  const points = decideAccruals([trigger], state).reduce((sum, accrual) => sum + accrual.points, 0)
  const { id, name } = campaign
  return { campaign: { id, name, object: 'campaign' }, points_estimation: points }
}

/** Who is meant, as the body describes them; an id that nobody has means nobody. */
async function findCustomer(db: Db, call: Call, input: CustomerInput): Promise<Customer> {
  const references = [input.id, input.source_id].flatMap((reference) => reference || [])
  const [stored] = await findCustomers(db, call.projectId, references)
  if (!stored && input.id) throw notFound('customer', input.id)
  return imagineCustomer(call, stored, input)
}

async function findCards(
  db: Db,
  projectId: string,
  { customer, campaign }: { customer: Customer; campaign: Campaign },
): Promise<Voucher[]> {
  const held = await findHeldCards(db, projectId, {
    customerIds: [customer.id],
    campaignIds: [campaign.id],
  })
  return findVouchersById(
    db,
    projectId,
    held.map(({ id }) => id),
  )
}

function refuseIdle(
  { id, autoJoin }: Campaign,
  cards: readonly Voucher[],
  isOpen: (validity: Validity) => boolean,
): void {
  if (cards.some((card) => card.isActive && isOpen(card.validity))) return
  const [card] = cards
  if (card) {
    throw new ApiError('loyalty_card_not_active', {
      message: `Customer's loyalty card '${card.code}' is not active`,
      details: "Given customer's loyalty card is not active",
    })
  }
  if (autoJoin) return
  throw new ApiError('campaign_not_allow_auto_join', {
    message: `Loyalty campaign '${id}' does not allow auto-join for non-members`,
    details: 'Given campaign does not allow auto-join',
  })
}

const notActive = ({ id }: Campaign): ApiError =>
  new ApiError('campaign_not_active', {
    message: `Loyalty campaign '${id}' is not active`,
    details: 'Given campaign is not active',
  })

/** The order as it would be announced if it were paid now. */
async function imagineOrder(
  db: Db,
  call: Call,
  customer: Customer,
  input: OrderInput,
): Promise<Trigger> {
  const { projectId } = call
  const references = catalogReferences(projectId, input, undefined)
  const entries = await findCatalogEntries(db, references)
  const catalog = new Map(
    references.flatMap((reference, index) => {
      const entry = entries[index]
      return entry ? [[catalogKey(reference), entry] as const] : []
    }),
  )
  const order = calculateOrder({ ...input, status: 'PAID' }, undefined, { projectId, catalog })
  if (order instanceof ApiError) throw order
  return {
    happening: {
      occurrenceId: '',
      projectId,
      type: 'customer.order.paid',
      customerId: customer.id,
      data: {},
      call,
      createdAt: call.now,
      hops: 0,
    },
    customerId: customer.id,
    event: ORDER_PAID,
    order: toPricedOrderView(order),
    customEvent: null,
    eventSchema: null,
    segment: null,
    tier: null,
    cardId: null,
  }
}
