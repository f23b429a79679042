import { LIMITS } from '../../platform/limits.ts'
import { compileBodyCheck } from '../api/index.ts'
import { CUSTOMER_BODY, type CustomerInput } from './customer.schema.ts'
import type { Metadata } from './customer.ts'

/** What `POST /v1/customers/bulk/async` says of one customer. */
export type CustomerChange = CustomerInput & {
  source_id: string
  /** What an integration notes (C-36). */
  system_metadata?: Metadata | null
}

const NAME = { type: 'string', minLength: 1, maxLength: LIMITS.indexedTextLengthMax }
const { id: _id, ...PROPERTIES } = CUSTOMER_BODY.properties

export const CUSTOMER_CHANGES = {
  type: 'array',
  minItems: 1,
  maxItems: LIMITS.asyncActionItemsMax,
  items: {
    type: 'object',
    required: ['source_id'],
    properties: { ...PROPERTIES, source_id: NAME, system_metadata: { type: ['object', 'null'] } },
  },
}

/** The metadata that customers get besides what they have. */
export type MetadataChange = { source_ids: string[]; metadata: Metadata }

export const CUSTOMER_METADATA_CHANGE = {
  type: 'object',
  required: ['source_ids', 'metadata'],
  properties: {
    source_ids: { type: 'array', minItems: 1, maxItems: LIMITS.asyncActionItemsMax, items: NAME },
    metadata: { type: 'object' },
  },
}

const checkChanges = compileBodyCheck<CustomerChange[]>(CUSTOMER_CHANGES)
const checkMetadata = compileBodyCheck<MetadataChange>(CUSTOMER_METADATA_CHANGE)

/** The customers to be changed or made, by `source_id` (C-30). Throws `invalid_payload`. */
export const parseCustomerChanges = (body: unknown): CustomerChange[] => checkChanges(body)

/** The metadata to be set on customers of these `source_ids` (C-31). Throws `invalid_payload`. */
export const parseMetadataChange = (body: unknown): MetadataChange => checkMetadata(body)
