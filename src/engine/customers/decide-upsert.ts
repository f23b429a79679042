import { type ApiError, notFound } from '../../kernel/api-error.ts'
import type { Call } from '../context.ts'
import { refuseMetadata, type SchemasOf } from '../metadata-schemas/index.ts'
import { aNewCustomer, calculateCustomer, calculateReplaced } from './calculate-customer.ts'
import type { CustomerInput } from './customer.schema.ts'
import type { Customer, Metadata } from './customer.ts'

/** What one call says about one customer. */
export type CustomerWish = {
  call: Call
  input: CustomerInput
  /** Merged into the customer's system metadata. */
  systemMetadata?: Metadata
  /** The same, where this wish creates the customer. */
  systemMetadataOnCreate?: Metadata
  /** What the customer had is forgotten but for `source_id` and system metadata (C-33). */
  isReplacing?: boolean
  /** What its metadata should be was seen to before: an integration's that lacks something is stored (SI-16). */
  isConformed?: boolean
  /** Webhooks are not told when the customer changes (C-35). */
  isQuiet?: boolean
}

/** How a wish names a customer; with neither it means somebody new (C-10). */
export type CustomerReference = { projectId: string; id: string | null; sourceId: string | null }

/** What a wish comes to, and the customer as it left them. */
export type Upsert = { kind: 'created' | 'updated' | 'unchanged'; customer: Customer }

/** The customers a batch knows, by `customerKeys`, each as the wishes so far left them. */
export type CustomerState = Map<string, Customer>

/** An id counts before a `source_id`, which is ignored beside it (C-10). */
export const toReference = ({ call, input }: CustomerWish): CustomerReference => ({
  projectId: call.projectId,
  id: input.id || null,
  sourceId: input.id ? null : input.source_id || null,
})

const customerKeys = ({ projectId, id, sourceId }: CustomerReference): string[] => [
  ...(id ? [`id ${projectId} ${id}`] : []),
  ...(sourceId ? [`source ${projectId} ${sourceId}`] : []),
]

/** Makes `customer` found under its id and its `source_id`. */
export function putCustomer(state: CustomerState, customer: Customer): void {
  for (const key of customerKeys(customer)) state.set(key, customer)
}

/**
 * Decides wishes one after another, each on what the ones before it left in `state` (§2.3). A wish for an
 * unknown id yields `not_found`, one whose metadata does not fit `metadata_validation_failed`; both change nothing
 * (C-15, M-3).
 */
export function decideUpserts(
  state: CustomerState,
  wishes: readonly CustomerWish[],
  { newId, schemasOf }: { newId: () => string; schemasOf: SchemasOf },
): (Upsert | ApiError)[] {
  return wishes.map((wish) => {
    const reference = toReference(wish)
    const [key] = customerKeys(reference)
    const stored = key === undefined ? undefined : state.get(key)
    if (!stored && reference.id) return notFound('customer', reference.id)
    const refusal = refuseUnfit(stored, wish, schemasOf)
    if (refusal) return refusal
    const upsert = stored ? update(stored, wish) : create(newId(), reference, wish)
    if (upsert.kind !== 'unchanged') putCustomer(state, upsert.customer)
    return upsert
  })
}

/** Who is replaced is as good as new (M-4). */
function refuseUnfit(
  stored: Customer | undefined,
  { call, input: { metadata }, isConformed, isReplacing }: CustomerWish,
  schemasOf: SchemasOf,
): ApiError | undefined {
  if (isConformed) return undefined
  const on = stored && !isReplacing ? 'update' : 'create'
  return refuseMetadata(schemasOf(call.projectId), { of: 'customer', metadata, on })
}

function create(
  id: string,
  { projectId, sourceId }: CustomerReference,
  { call, input, systemMetadata, systemMetadataOnCreate }: CustomerWish,
): Upsert {
  const blank = aNewCustomer({ id, projectId, sourceId, createdAt: call.now })
  const known = { ...systemMetadataOnCreate, ...systemMetadata }
  return { kind: 'created', customer: calculateCustomer(blank, { input, systemMetadata: known }) }
}

function update(
  stored: Customer,
  { call, input, systemMetadata = {}, isReplacing }: CustomerWish,
): Upsert {
  const customer = isReplacing
    ? calculateReplaced(stored, { input, systemMetadata })
    : calculateCustomer(stored, { input, systemMetadata })
  if (customer === stored) return { kind: 'unchanged', customer }
  return { kind: 'updated', customer: { ...customer, updatedAt: call.now } }
}
