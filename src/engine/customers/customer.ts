import type { Json } from '../../kernel/json.ts'

export type Metadata = { [key: string]: Json }

export const ADDRESS_PARTS = [
  'city',
  'state',
  'line_1',
  'line_2',
  'country',
  'postal_code',
] as const
export type AddressPart = (typeof ADDRESS_PARTS)[number]
/** The parts that are known; a customer of whom none is known has no address. */
export type Address = { [part in AddressPart]?: string }

/** A customer of a project (engine-programs §2.1). */
export type Customer = {
  id: string
  projectId: string
  /** The caller's name for the customer: unique in the project, never changed once set. */
  sourceId: string | null
  name: string | null
  description: string | null
  email: string | null
  phone: string | null
  /** `YYYY-MM-DD`. */
  birthdate: string | null
  address: Address | null
  metadata: Metadata
  /** What integrations noted, such as where the customer came from; callers of the API cannot write it. */
  systemMetadata: Metadata
  createdAt: Date
  updatedAt: Date | null
}
