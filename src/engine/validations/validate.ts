import { ApiError, notFound } from '../../kernel/api-error.ts'
import { newId } from '../../kernel/ids.ts'
import type { Json } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import type { Tx } from '../../platform/db.ts'
import type { Call } from '../context.ts'
import {
  type Customer,
  type CustomerInput,
  findCustomers,
  toSimpleCustomer,
} from '../customers/index.ts'
import { calculateOrder, findOrders, type PricedOrder, toOrderReference } from '../orders/index.ts'
import { announce } from '../outbox/index.ts'
import { findVouchersByCode } from '../vouchers/index.ts'
import { decideValidation, type Redeemable, type ValidationDecision } from './decide-validation.ts'
import { duplicatedRedeemables, type RedeemInput } from './redeem-body.ts'
import { DEFAULT_STACKING_RULES, type StackingRules } from './stacking-rules.ts'
import { toTrackingId } from './tracking.ts'

type View = { [key: string]: Json }

export type Validation = {
  id: string
  call: Call
  rules: StackingRules
  decision: ValidationDecision
  trackingId: string | null
}

/**
 * Validates without changing or locking anything but the outbox: a validation of a customer is
 * announced (R-VAL-05, EV-9). Throws for a request that names what does not exist, or a voucher twice.
 */
export async function validate(tx: Tx, call: Call, input: RedeemInput): Promise<Validation> {
  const customer = await findCustomer(tx, call, input.customer)
  const redeemables = await findRedeemables(tx, call, input)
  const order = await findOrder(tx, call, input, customer)
  const rules = DEFAULT_STACKING_RULES
  const decision = decideValidation(redeemables, order, rules, call.now)
  const validation: Validation = {
    id: newId('validation'),
    call,
    rules,
    decision,
    trackingId: toTrackingId(
      call.projectId,
      customer?.sourceId ?? input.customer?.source_id ?? customer?.id,
      input,
    ),
  }
  if (input.customer) await announceValidation(tx, validation, { input: input.customer, customer })
  return validation
}

/** Whom we know under the id or `source_id`; an unknown id is refused (R-CUST-02). */
async function findCustomer(
  tx: Tx,
  { projectId }: Call,
  input: CustomerInput | undefined,
): Promise<Customer | undefined> {
  const named = input?.id || input?.source_id
  if (!named) return undefined
  const [customer] = await findCustomers(tx, projectId, [named])
  if (!customer && input?.id) throw notFound('customer', input.id)
  return customer
}

async function findRedeemables(
  tx: Tx,
  { projectId }: Call,
  input: RedeemInput,
): Promise<Redeemable[]> {
  const vouchers = await findVouchersByCode(
    tx,
    input.redeemables.map(({ id }) => ({ projectId, code: id })),
  )
  const known = vouchers.flatMap((voucher) => voucher?.id ?? [])
  if (new Set(known).size < known.length) throw duplicatedRedeemables()
  return input.redeemables.map((redeemable, index) => ({ ...redeemable, voucher: vouchers[index] }))
}

async function findOrder(
  tx: Tx,
  { projectId }: Call,
  { order: input }: RedeemInput,
  customer: Customer | undefined,
): Promise<PricedOrder | undefined> {
  if (!input) return undefined
  const reference = toOrderReference(projectId, input)
  const [stored] = reference ? await findOrders(tx, [reference]) : []
  if (!stored && input.id) throw notFound('order', input.id)
  const order = calculateOrder(input, stored)
  if (order instanceof ApiError) throw order
  return { ...order, customerId: customer?.id ?? order.customerId }
}

async function announceValidation(
  tx: Tx,
  { id, call, decision }: Validation,
  { input, customer }: { input: CustomerInput; customer: Customer | undefined },
): Promise<void> {
  const idsOf = (status: string): View[] =>
    decision.outcomes
      .filter((outcome) => outcome.status === status)
      .map(({ redeemable }) => ({ id: redeemable.id, type: 'voucher' }))
  announce(tx, [
    {
      call,
      type: decision.isValid ? 'customer.validation.succeeded' : 'customer.validation.failed',
      customerId: customer?.id ?? null,
      data: {
        customer: customer ? toSimpleCustomer(customer) : toStranger(input),
        validation: {
          id,
          session_id: null,
          status: decision.isValid ? 'VALID' : 'INVALID',
          created_at: toIso(call.now),
          customer_id: customer?.id ?? null,
          redeemables: idsOf('APPLICABLE'),
          skipped_redeemables: idsOf('SKIPPED'),
          inapplicable_redeemables: idsOf('INAPPLICABLE'),
        },
      },
    },
  ])
}

/** A customer whom validation must not store (R-VAL-05), as the request describes them. */
const toStranger = ({ source_id, name, email, metadata }: CustomerInput): View => ({
  id: null,
  source_id: source_id ?? null,
  name: name ?? null,
  email: email ?? null,
  metadata: (metadata as View | null | undefined) ?? {},
  object: 'customer',
})
