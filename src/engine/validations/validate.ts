import { newId } from '../../kernel/ids.ts'
import type { Json } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import type { Tx } from '../../platform/db.ts'
import type { Call } from '../context.ts'
import { type Customer, type CustomerInput, toSimpleCustomer } from '../customers/index.ts'
import type { RedeemInput } from '../evaluation/index.ts'
import { announce } from '../outbox/index.ts'
import { countValidations } from './count-validations.ts'
import { type Evaluated, evaluateRequest } from './evaluate-request.ts'
import { reserveApplied } from './reserve-applied.ts'

type View = { [key: string]: Json }

export type Validation = Omit<Evaluated, 'customer'> & {
  id: string
  call: Call
  input: RedeemInput
  /** The key under which what is applicable was reserved, if that was asked for. */
  sessionKey: string | null
}

/**
 * Validates without changing anything but the outbox, where a validation of a customer is announced, the reservations
 * of a session, and how often campaigns were validated (R-VAL-05, EV-9, R-SES-01). Throws for a request that names what does not exist,
 * or one thing twice.
 */
export async function validate(tx: Tx, call: Call, input: RedeemInput): Promise<Validation> {
  const { customer, ...evaluated } = await evaluateRequest(tx, call, input)
  const validation: Validation = {
    ...evaluated,
    id: newId('validation'),
    call,
    input,
    sessionKey: reserveApplied(tx, call, input.session, evaluated.decision),
  }
  countValidations(tx, call.now, evaluated.decision)
  if (input.customer) announceValidation(tx, validation, { input: input.customer, customer })
  return validation
}

function announceValidation(
  tx: Tx,
  { id, call, decision, sessionKey }: Validation,
  { input, customer }: { input: CustomerInput; customer: Customer | undefined },
): void {
  const idsOf = (status: string): View[] =>
    decision.outcomes
      .filter((outcome) => outcome.status === status)
      .map(({ redeemable }) => ({ id: redeemable.id, type: redeemable.object }))
  announce(tx, [
    {
      call,
      type: decision.isValid ? 'customer.validation.succeeded' : 'customer.validation.failed',
      customerId: customer?.id ?? null,
      data: {
        customer: customer ? toSimpleCustomer(customer) : toStranger(input),
        validation: {
          id,
          session_id: sessionKey,
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
