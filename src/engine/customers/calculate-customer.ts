import { isDeepStrictEqual } from 'node:util'
import { invariant } from '../../kernel/assert.ts'
import { parseIsoDate, toIso } from '../../kernel/time.ts'
import type { CustomerInput } from './customer.schema.ts'
import { ADDRESS_PARTS, type Address, type Customer, type Metadata } from './customer.ts'

/** What is said about a customer: by a caller, and by the integration that brought the call. */
export type CustomerChanges = { input: CustomerInput; systemMetadata: Metadata }

/** A customer of whom nothing is known yet. */
export const aNewCustomer = ({
  id,
  projectId,
  sourceId,
  createdAt,
}: Pick<Customer, 'id' | 'projectId' | 'sourceId' | 'createdAt'>): Customer => ({
  id,
  projectId,
  sourceId,
  name: null,
  description: null,
  email: null,
  phone: null,
  birthdate: null,
  address: null,
  metadata: {},
  systemMetadata: {},
  createdAt,
  updatedAt: null,
})

/**
 * `customer` with what `changes` name: the rest stays, null clears (D-05), metadata merges key by key and
 * the address part by part (C-11), `source_id` never changes (C-12). The very same object when nothing
 * is different.
 */
export function calculateCustomer(
  customer: Customer,
  { input, systemMetadata }: CustomerChanges,
): Customer {
  const birthdate = toBirthdate(input.birthdate === undefined ? input.birthday : input.birthdate)
  const changed = {
    ...customer,
    name: given(input.name, customer.name),
    description: given(input.description, customer.description),
    email: given(input.email, customer.email),
    phone: given(input.phone, customer.phone),
    birthdate: given(birthdate, customer.birthdate),
    address: toAddress(customer.address, input.address),
    metadata: toMetadata(customer.metadata, input.metadata),
    systemMetadata: toMetadata(customer.systemMetadata, systemMetadata),
  }
  return CHANGEABLE.every((field) => changed[field] === customer[field]) ? customer : changed
}

const CHANGEABLE = [
  'name',
  'description',
  'email',
  'phone',
  'birthdate',
  'address',
  'metadata',
  'systemMetadata',
] as const

const given = <T>(value: T | undefined, stored: T): T => (value === undefined ? stored : value)

/** `customer` as `changes` alone describe them; the very same object when nothing is different (C-33). */
export function calculateReplaced(customer: Customer, changes: CustomerChanges): Customer {
  const { id, projectId, sourceId, createdAt, systemMetadata, updatedAt } = customer
  const blank = aNewCustomer({ id, projectId, sourceId, createdAt })
  const replaced = calculateCustomer({ ...blank, systemMetadata, updatedAt }, changes)
  return isDeepStrictEqual(replaced, customer) ? customer : replaced
}

/** The customer as a request describes them, who is `stored` or somebody new without an id; for asking, not for storing. */
export const imagineCustomer = (
  { projectId, now }: { projectId: string; now: Date },
  stored: Customer | undefined,
  input: CustomerInput,
): Customer =>
  calculateCustomer(
    stored ??
      aNewCustomer({ id: '', projectId, sourceId: input.source_id ?? null, createdAt: now }),
    { input, systemMetadata: {} },
  )

/** A day of the calendar; of a moment the day it is then in UTC (SI-13). */
function toBirthdate(text: string | null | undefined): string | null | undefined {
  if (text === undefined || text === null) return text
  const date = parseIsoDate(text)
  invariant(date, `a date that passed the check of the body: ${text}`)
  return toIso(date).slice(0, 10)
}

function toAddress(stored: Address | null, input: CustomerInput['address']): Address | null {
  if (input === undefined) return stored
  if (input === null) return null
  const parts = ADDRESS_PARTS.flatMap((part) => {
    const value = input[part] === undefined ? stored?.[part] : input[part]
    return value === undefined || value === null ? [] : [[part, value] as const]
  })
  const address: Address = Object.fromEntries(parts)
  if (isSameJson(stored ?? {}, address)) return stored
  return parts.length === 0 ? null : address
}

/** The very same object when `input` changes nothing, so that whoever compares need not look into it. */
function toMetadata(stored: Metadata, input: Metadata | null | undefined): Metadata {
  const changes = (key: string): boolean => {
    const value = input?.[key]
    if (value === null) return Object.hasOwn(stored, key)
    return !(Object.hasOwn(stored, key) && isSameJson(stored[key], value))
  }
  if (!Object.keys(input ?? {}).some(changes)) return stored
  const merged = { ...stored, ...input }
  for (const key of Object.keys(merged)) if (merged[key] === null) delete merged[key]
  return merged
}

/** Most values are plain and most did not change: the deep comparison is for the rest. */
const isSameJson = (a: unknown, b: unknown): boolean =>
  a === b || (typeof b === 'object' && isDeepStrictEqual(a, b))
