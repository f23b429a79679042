import { SINGLE_BODY } from '../../evaluation/index.ts'
import { EVENT_BODY } from '../../events/index.ts'
import { SEGMENT_CUSTOMER, SEGMENT_EVENT, SEGMENT_GROUP } from '../../segmentio/index.ts'
import { SESSION_SCHEMA } from '../../sessions/index.ts'
import { STACKING_RULES_BODY } from '../../stacking-rules/index.ts'
import { WEBHOOK_BODY } from '../../webhooks/index.ts'
import { EMPTY, listOf, NOTHING, type Operation, type Tag, view } from '../operation.ts'
import { PROMOTIONS } from './campaigns.ts'
import { CONSENTS, CUSTOMERS, PUBLICATIONS } from './customers.ts'
import { PROJECT_MANAGEMENT } from './management.ts'
import { SCHEMA_MANAGEMENT } from './metadata.ts'
import { QUALIFICATIONS, REDEMPTIONS, VALIDATIONS } from './redemptions.ts'
import { VOUCHERS } from './vouchers.ts'

/** The twin of an operation of the server API, which differs in what is given here. */
function twinOf(
  { operations }: Tag,
  name: string,
  changes: Pick<Operation, 'id'> & Partial<Operation>,
): Operation {
  const operation = operations[name]
  if (!operation) throw new Error(`no operation ${name}`)
  return { ...operation, ...changes }
}

const CODE = {
  required: ['code'],
  properties: { code: { type: 'string', description: 'The code of the voucher.' } },
}
const { customer, metadata, tracking_id } = SINGLE_BODY.properties
/** A request as pages write it into the query; its session begins with `session_`. */
const ASKED = {
  properties: {
    amount: { type: 'integer', description: 'Of the order, in minor units.' },
    items: { type: 'array', items: { type: 'object' }, description: 'Of the order.' },
    customer,
    metadata,
    tracking_id,
    ...Object.fromEntries(
      Object.entries(SESSION_SCHEMA.properties).map(([name, schema]) => [
        `session_${name}`,
        schema,
      ]),
    ),
  },
}
const WANTED = {
  properties: { campaign: { type: 'string' }, voucher: { type: 'string' } },
}

export const CLIENT_SIDE: Tag = {
  name: 'Client-side',
  description:
    'What pages of trusted domains may ask, as far as the settings of the project allow.',
  operations: {
    'POST /client/v1/validations': twinOf(VALIDATIONS, 'POST /v1/validations', {
      id: 'validateClientSide',
    }),
    'GET /client/v1/validate': {
      id: 'validateVoucherClientSide',
      summary: 'Validate one voucher, asked in the query',
      query: [CODE, ASKED],
      answer: view('SingleValidation'),
    },
    'POST /client/v1/qualifications': twinOf(QUALIFICATIONS, 'POST /v1/qualifications', {
      id: 'qualifyClientSide',
    }),
    'GET /client/v1/promotions/validation': {
      id: 'validatePromotionsClientSide',
      summary: 'List the newest tiers that apply, asked in the query',
      query: [ASKED],
      answer: view('ValidatedPromotions'),
    },
    'GET /client/v1/promotions/tiers': twinOf(PROMOTIONS, 'GET /v1/promotions/tiers', {
      id: 'listPromotionTiersClientSide',
    }),
    'POST /client/v1/redemptions': twinOf(REDEMPTIONS, 'POST /v1/redemptions', {
      id: 'redeemClientSide',
    }),
    'POST /client/v1/redeem': twinOf(REDEMPTIONS, 'POST /v1/vouchers/{code}/redemption', {
      id: 'redeemVoucherClientSide',
      query: [CODE],
    }),
    'POST /client/v1/publish': twinOf(PUBLICATIONS, 'POST /v1/publications', {
      id: 'publishClientSide',
      query: [WANTED, ...(PUBLICATIONS.operations['POST /v1/publications']?.query ?? [])],
    }),
    'POST /client/v1/customers': twinOf(CUSTOMERS, 'POST /v1/customers', {
      id: 'createCustomerClientSide',
    }),
    'GET /client/v1/consents': twinOf(CONSENTS, 'GET /v1/consents', {
      id: 'listConsentsClientSide',
    }),
    'PUT /client/v1/customers/{reference}/consents': twinOf(
      CONSENTS,
      'PUT /v1/customers/{reference}/consents',
      { id: 'updateConsentsClientSide' },
    ),
    'GET /client/v1/vouchers': twinOf(VOUCHERS, 'GET /v1/vouchers', {
      id: 'listVouchersClientSide',
      summary: 'List the vouchers of one customer',
    }),
    'POST /client/v1/events': {
      id: 'trackEventClientSide',
      summary: 'Track a custom event of a customer',
      body: EVENT_BODY,
      answer: view('CustomEvent'),
    },
  },
}

export const SEGMENTIO: Tag = {
  name: 'Segment',
  description: 'What Segment\'s destination "Voucherify (Actions)" calls.',
  operations: {
    'GET /segmentio/test-authentication': {
      id: 'testSegmentAuthentication',
      summary: 'Find out whether the credentials are right',
      answer: EMPTY,
    },
    'POST /segmentio/customer-processing': {
      id: 'processSegmentCustomer',
      summary: 'Upsert a customer',
      body: SEGMENT_CUSTOMER,
      answer: view('SegmentAnswer'),
    },
    'POST /segmentio/event-processing': {
      id: 'processSegmentEvent',
      summary: 'Add a custom event',
      body: SEGMENT_EVENT,
      answer: view('SegmentAnswer'),
    },
    'POST /segmentio/group-processing': {
      id: 'processSegmentGroup',
      summary: 'Assign a customer to a group',
      body: SEGMENT_GROUP,
      answer: view('SegmentAnswer'),
    },
  },
}

const TOKEN = {
  type: 'object',
  properties: { access_token: { type: 'string' }, token: { type: 'string' } },
}

export const OAUTH: Tag = {
  name: 'OAuth',
  description: 'Short-lived tokens with a part of what an application key may do.',
  operations: {
    'POST /v1/oauth/token': {
      id: 'createAccessToken',
      summary: 'Get a token for some scopes',
      body: {
        type: 'object',
        required: ['grant_type', 'scope'],
        properties: {
          grant_type: { const: 'client_credentials' },
          scope: { type: 'string', description: 'Scopes with spaces between.' },
        },
      },
      answer: view('AccessToken'),
    },
    'POST /v1/oauth/introspect': {
      id: 'introspectAccessToken',
      summary: 'Find out whether a token holds',
      body: TOKEN,
      answer: view('Introspection'),
    },
    'POST /v1/oauth/token/revoke': {
      id: 'revokeAccessToken',
      summary: 'End a token',
      body: TOKEN,
      ...NOTHING,
    },
  },
}

const PROJECT = '/management/v1/projects/{projectId}'

export const MANAGEMENT: Tag = {
  name: 'Management',
  description: "The reference's way to projects and their settings.",
  operations: {
    [`GET ${PROJECT}/webhooks`]: {
      id: 'listProjectWebhooks',
      summary: 'List webhooks',
      answer: listOf('data', 'Webhook'),
    },
    [`POST ${PROJECT}/webhooks`]: {
      id: 'createProjectWebhook',
      summary: 'Tell an endpoint events from now on',
      body: WEBHOOK_BODY,
      answer: view('Webhook'),
    },
    [`GET ${PROJECT}/webhooks/{webhookId}`]: {
      id: 'getProjectWebhook',
      summary: 'Get a webhook',
      answer: view('Webhook'),
    },
    [`PUT ${PROJECT}/webhooks/{webhookId}`]: {
      id: 'updateProjectWebhook',
      summary: 'Replace a webhook',
      body: WEBHOOK_BODY,
      answer: view('Webhook'),
    },
    [`DELETE ${PROJECT}/webhooks/{webhookId}`]: {
      id: 'deleteProjectWebhook',
      summary: 'Delete a webhook',
      ...NOTHING,
    },
    [`GET ${PROJECT}/stacking-rules`]: {
      id: 'listStackingRules',
      summary: 'List the one set of stacking rules',
      answer: listOf('data', 'StackingRules'),
    },
    [`POST ${PROJECT}/stacking-rules`]: {
      id: 'createStackingRules',
      summary: 'Store stacking rules in place of the defaults',
      body: STACKING_RULES_BODY,
      answer: view('StackingRules'),
    },
    [`GET ${PROJECT}/stacking-rules/{id}`]: {
      id: 'getStackingRules',
      summary: 'Get the stored stacking rules',
      answer: view('StackingRules'),
    },
    [`PUT ${PROJECT}/stacking-rules/{id}`]: {
      id: 'updateStackingRules',
      summary: 'Change stacking rules; what is not given stays',
      body: STACKING_RULES_BODY,
      answer: view('StackingRules'),
    },
    [`DELETE ${PROJECT}/stacking-rules/{id}`]: {
      id: 'deleteStackingRules',
      summary: 'Go back to the defaults',
      ...NOTHING,
    },
    ...PROJECT_MANAGEMENT,
    ...SCHEMA_MANAGEMENT,
  },
}
