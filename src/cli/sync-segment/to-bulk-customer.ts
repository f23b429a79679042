import type { Json, JsonObject } from '../../kernel/json.ts'

type Address = {
  city: Json
  state: Json
  postal_code: Json
  line_1: Json
  country: Json
}

/** What of a profile is told in fields of their own, and not in the metadata. */
const KNOWN = new Set([
  'name',
  'firstName',
  'first_name',
  'lastName',
  'last_name',
  'email',
  'phone',
  'address',
  'birthday',
  'birthdate',
])
const OF_ADDRESS = new Set(['city', 'state', 'postalCode', 'postal_code', 'street', 'country'])

/** A customer as the bulk endpoint takes it (engine-programs §16.8); what a profile does not tell is null. */
export type BulkCustomer = {
  source_id: string
  name: Json
  email: Json
  phone: Json
  birthdate: Json
  address: Address | null
  metadata: JsonObject
  system_metadata: JsonObject
}

/** The customer that a Segment profile with this user id and these traits becomes. */
export function toBulkCustomer(userId: string, traits: JsonObject): BulkCustomer {
  const { address } = traits
  const isNested = typeof address === 'object' && address !== null && !Array.isArray(address)
  return {
    source_id: userId,
    name: toName(traits),
    email: traits['email'] ?? null,
    phone: traits['phone'] ?? null,
    birthdate: toDate(traits['birthdate'] ?? traits['birthday'] ?? null),
    address: toAddress(isNested ? address : traits),
    metadata: toMetadata(traits, isNested),
    system_metadata: { source: 'segmentio' },
  }
}

function toName(traits: JsonObject): Json {
  if (traits['name']) return traits['name']
  const parts = [
    traits['firstName'] ?? traits['first_name'],
    traits['lastName'] ?? traits['last_name'],
  ].filter((part) => typeof part === 'string' && part !== '')
  return parts.length === 0 ? null : parts.join(' ')
}

/** Segment has moments where the engine has days. */
const toDate = (value: Json): Json =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T/.test(value) ? value.slice(0, 10) : value

function toAddress(from: JsonObject): Address | null {
  const address = {
    city: from['city'] ?? null,
    state: from['state'] ?? null,
    postal_code: from['postalCode'] ?? from['postal_code'] ?? null,
    line_1: from['street'] ?? null,
    country: from['country'] ?? null,
  }
  return Object.values(address).some((part) => part !== null) ? address : null
}

function toMetadata(traits: JsonObject, hasAddress: boolean): JsonObject {
  const rest = Object.entries(traits).filter(
    ([key, value]) =>
      !KNOWN.has(key) && (hasAddress || !OF_ADDRESS.has(key)) && value !== undefined,
  )
  return Object.fromEntries(rest)
}
