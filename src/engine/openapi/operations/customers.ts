import { PAGE_QUERY } from '../../api/index.ts'
import { CONSENTS_BODY } from '../../consents/index.ts'
import {
  ACTIVITY_QUERY,
  CUSTOMER_BODY,
  CUSTOMER_CHANGES,
  CUSTOMER_LIST_QUERY,
  CUSTOMER_METADATA_CHANGE,
} from '../../customers/index.ts'
import { EVENT_BODY } from '../../events/index.ts'
import { PUBLICATION_BODY, PUBLICATION_LIST_QUERY } from '../../publications/index.ts'
import { HOLDER_LIST_QUERY } from '../../redeemable-holders/index.ts'
import { SEGMENT_BODY, SEGMENT_CHANGES, SEGMENT_LIST_QUERY } from '../../segments/index.ts'
import {
  accepted,
  CSV,
  cursorListOf,
  FILTERS,
  listOf,
  NOTHING,
  type Operations,
  orderBy,
  type Tag,
  view,
} from '../operation.ts'

const ACTIVITY = [PAGE_QUERY, ACTIVITY_QUERY, orderBy('created_at')]

const LIMIT_QUERY = { properties: { limit: PAGE_QUERY.properties.limit } }

const MANY: Operations = {
  'POST /v1/customers/bulk/async': {
    id: 'updateCustomersInBulk',
    summary: 'Create or change many customers in the background, by `source_id`',
    body: CUSTOMER_CHANGES,
    ...accepted(202),
  },
  'POST /v1/customers/metadata/async': {
    id: 'updateCustomersMetadata',
    summary: 'Give many customers the same metadata',
    body: CUSTOMER_METADATA_CHANGE,
    ...accepted(202),
  },
  'POST /v1/customers/importCSV': {
    id: 'importCustomersCsv',
    summary: 'Import customers from a CSV file; who is known is replaced as a whole',
    ...CSV,
    ...accepted(202),
  },
}

export const CUSTOMERS: Tag = {
  name: 'Customers',
  description: 'Who orders, redeems and is sent codes; named by id or `source_id`.',
  operations: {
    'GET /v1/customers': {
      id: 'listCustomers',
      summary: 'List customers',
      query: [
        PAGE_QUERY,
        CUSTOMER_LIST_QUERY,
        orderBy('created_at', 'updated_at', 'source_id'),
        FILTERS,
      ],
      answer: cursorListOf('customers', 'Customer'),
    },
    'POST /v1/customers': {
      id: 'createCustomer',
      summary: 'Create a customer, or change the one of that id or `source_id`',
      body: CUSTOMER_BODY,
      answer: view('Customer'),
    },
    'GET /v1/customers/{reference}': {
      id: 'getCustomer',
      summary: 'Get a customer',
      answer: view('Customer'),
    },
    'PUT /v1/customers/{reference}': {
      id: 'updateCustomer',
      summary: 'Change a customer; null clears, absent stays',
      body: CUSTOMER_BODY,
      answer: view('Customer'),
    },
    'DELETE /v1/customers/{reference}': {
      id: 'deleteCustomer',
      summary: 'Delete a customer',
      ...NOTHING,
    },
    'GET /v1/customers/{reference}/activity': {
      id: 'listCustomerActivity',
      summary: 'List what a customer did and what was done to them',
      query: ACTIVITY,
      answer: cursorListOf('data', 'Activity'),
    },
    'GET /v1/customers/{reference}/activities': {
      id: 'listCustomerActivities',
      summary: 'List the same in the older form',
      query: ACTIVITY,
      answer: cursorListOf('data', 'Activity'),
    },
    'POST /v1/customers/{reference}/permanent-deletion': {
      id: 'eraseCustomer',
      summary: 'Erase a customer, and what was recorded of what they did',
      answer: view('PermanentDeletion'),
    },
    'GET /v1/customers/{reference}/segments': {
      id: 'listSegmentsOfCustomer',
      summary: 'List the segments that a customer is in',
      answer: listOf('data', 'SimpleSegment'),
    },
    'GET /v1/customers/{reference}/redeemables': {
      id: 'listRedeemablesOfCustomer',
      summary: 'List what a customer has, and as what',
      query: [LIMIT_QUERY, HOLDER_LIST_QUERY, orderBy('id'), FILTERS],
      answer: cursorListOf('data', 'CustomerRedeemable'),
    },
    ...MANY,
  },
}

export const SEGMENTS: Tag = {
  name: 'Segments',
  description: 'Groups of customers, named one by one or by a filter.',
  operations: {
    'GET /v1/segments': {
      id: 'listSegments',
      summary: 'List segments',
      query: [PAGE_QUERY, SEGMENT_LIST_QUERY, orderBy('created_at'), FILTERS],
      answer: listOf('data', 'Segment'),
    },
    'POST /v1/segments': {
      id: 'createSegment',
      summary: 'Create a segment',
      body: SEGMENT_BODY,
      answer: view('Segment'),
    },
    'GET /v1/segments/{id}': {
      id: 'getSegment',
      summary: 'Get a segment',
      answer: view('Segment'),
    },
    'PUT /v1/segments/{id}': {
      id: 'updateSegment',
      summary: 'Rename a segment, change the filter of a passive one, or who is in a static one',
      body: SEGMENT_CHANGES,
      answer: view('Segment'),
    },
    'GET /v1/segments/{id}/activities': {
      id: 'listSegmentActivities',
      summary: 'List what was done to a segment, newest first',
      query: [PAGE_QUERY],
      answer: cursorListOf('data', 'SegmentActivity'),
    },
    'DELETE /v1/segments/{id}': {
      id: 'deleteSegment',
      summary: 'Delete a segment',
      ...NOTHING,
    },
  },
}

export const CONSENTS: Tag = {
  name: 'Consents',
  description: 'What customers are asked to consent to, and what they say.',
  operations: {
    'GET /v1/consents': {
      id: 'listConsents',
      summary: 'List all consents and their groups',
      answer: view('Consents'),
    },
    'PUT /v1/customers/{reference}/consents': {
      id: 'updateConsentsOfCustomer',
      summary: 'Record what a customer says to consents',
      body: CONSENTS_BODY,
      ...NOTHING,
    },
  },
}

export const EVENTS: Tag = {
  name: 'Events',
  description: "What customers did, in the project's own words.",
  operations: {
    'POST /v1/events': {
      id: 'trackEvent',
      summary: 'Track a custom event of a customer',
      body: EVENT_BODY,
      answer: view('CustomEvent'),
    },
  },
}

const JOIN_ONCE = {
  properties: {
    join_once: {
      type: 'boolean',
      description: 'The customer who has a publication of the campaign gets that one again.',
    },
  },
}

const PUBLISH: Operations = {
  'POST /v1/publications': {
    id: 'createPublication',
    summary: 'Give a voucher to a customer, by its code or from a campaign',
    query: [JOIN_ONCE],
    body: PUBLICATION_BODY,
    answer: view('Publication'),
  },
  'POST /v1/vouchers/publish': {
    id: 'publishVoucher',
    summary: 'Give one voucher to a customer, in the older form',
    query: [JOIN_ONCE],
    body: PUBLICATION_BODY,
    answer: view('Voucher'),
  },
  'GET /v1/publications/create': {
    id: 'createPublicationByQuery',
    summary: 'The same, asked in the query',
    query: [PUBLICATION_BODY, JOIN_ONCE],
    answer: view('Publication'),
  },
}

export const PUBLICATIONS: Tag = {
  name: 'Publications',
  description: 'Vouchers given to customers.',
  operations: {
    ...PUBLISH,
    'GET /v1/publications': {
      id: 'listPublications',
      summary: 'List publications',
      query: [
        PAGE_QUERY,
        PUBLICATION_LIST_QUERY,
        orderBy('id', 'voucher_code', 'tracking_id', 'customer_id', 'created_at', 'channel'),
        FILTERS,
      ],
      answer: listOf('publications', 'Publication'),
    },
  },
}
