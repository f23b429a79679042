import { PAGE_QUERY } from '../../api/index.ts'
import { SINGLE_BODY, STACK_BODY } from '../../evaluation/index.ts'
import { QUALIFICATION_BODY } from '../../qualifications/index.ts'
import { REDEMPTION_LIST_QUERY, ROLLBACK_BODY } from '../../redemptions/index.ts'
import {
  EXPLAIN,
  FILTERS,
  listAtOf,
  listOf,
  NOTHING,
  type Operations,
  orderBy,
  type Tag,
  view,
} from '../operation.ts'

const TRACKING = {
  properties: {
    tracking_id: {
      type: 'string',
      description: 'Whom the call is about, when the body does not say.',
    },
  },
}

export const VALIDATIONS: Tag = {
  name: 'Validations',
  description: 'What vouchers and promotions would do to an order, without redeeming them.',
  operations: {
    'POST /v1/validations': {
      id: 'validate',
      summary: 'Validate up to 30 redeemables together',
      query: [EXPLAIN],
      body: STACK_BODY,
      answer: view('Validation'),
    },
    'POST /v1/vouchers/{code}/validate': {
      id: 'validateVoucher',
      summary: 'Validate one voucher, in the older form',
      query: [EXPLAIN, TRACKING],
      body: SINGLE_BODY,
      isBodyOptional: true,
      answer: view('SingleValidation'),
    },
    'POST /v1/promotions/tiers/{id}/validation': {
      id: 'validatePromotionTier',
      summary: 'Validate one tier, in the older form',
      query: [EXPLAIN, TRACKING],
      body: SINGLE_BODY,
      isBodyOptional: true,
      answer: view('SingleValidation'),
    },
    'DELETE /v1/vouchers/{code}/sessions/{key}': {
      id: 'releaseValidationSession',
      summary: 'Give back what a session reserved of a voucher',
      ...NOTHING,
    },
  },
}

export const QUALIFICATIONS: Tag = {
  name: 'Qualifications',
  description: 'What a customer could use for an order.',
  operations: {
    'POST /v1/qualifications': {
      id: 'qualify',
      summary: 'List what a customer could redeem',
      query: [EXPLAIN],
      body: QUALIFICATION_BODY,
      answer: view('Qualification'),
    },
    'POST /v1/promotions/validation': {
      id: 'validatePromotions',
      summary: 'List the newest tiers that apply, in the older form',
      body: QUALIFICATION_BODY,
      answer: view('ValidatedPromotions'),
    },
    'POST /v1/vouchers/qualification': {
      id: 'qualifyVouchers',
      summary: 'List the vouchers that a customer could redeem, in the older form',
      query: [PAGE_QUERY],
      body: QUALIFICATION_BODY,
      answer: listAtOf('data', 'Voucher'),
    },
    'POST /v1/campaigns/qualification': {
      id: 'qualifyCampaigns',
      summary: 'List the campaigns that a customer could redeem of, in the older form',
      query: [PAGE_QUERY],
      body: QUALIFICATION_BODY,
      answer: listAtOf('data', 'Campaign'),
    },
  },
}

const LISTED = [PAGE_QUERY, REDEMPTION_LIST_QUERY, orderBy('created_at', 'result'), FILTERS]

const redeem: Operations = {
  'POST /v1/redemptions': {
    id: 'redeem',
    summary: 'Redeem up to 30 redeemables together, all or none',
    query: [EXPLAIN],
    body: STACK_BODY,
    answer: view('Redemptions'),
  },
  'POST /v1/vouchers/{code}/redemption': {
    id: 'redeemVoucher',
    summary: 'Redeem one voucher, in the older form',
    query: [TRACKING, EXPLAIN],
    body: SINGLE_BODY,
    isBodyOptional: true,
    answer: view('Redemption'),
  },
  'POST /v1/promotions/tiers/{id}/redemption': {
    id: 'redeemPromotionTier',
    summary: 'Redeem one tier, in the older form',
    query: [TRACKING, EXPLAIN],
    body: SINGLE_BODY,
    isBodyOptional: true,
    answer: view('Redemption'),
  },
}

const ROLLBACK_QUERY = {
  properties: { reason: { type: 'string' }, tracking_id: { type: 'string' } },
}

export const REDEMPTIONS: Tag = {
  name: 'Redemptions',
  description: 'Vouchers used up, and given back once.',
  operations: {
    ...redeem,
    'GET /v1/redemptions': {
      id: 'listRedemptions',
      summary: 'List redemptions and rollbacks, failed ones too',
      query: LISTED,
      answer: listOf('redemptions', 'Redemption'),
    },
    'GET /v1/redemptions/{id}': {
      id: 'getRedemption',
      summary: 'Get a redemption or rollback',
      answer: view('Redemption'),
    },
    'GET /v1/vouchers/{code}/redemption': {
      id: 'listVoucherRedemptions',
      summary: 'List the redemptions of a voucher',
      query: LISTED,
      answer: view('VoucherRedemptions'),
    },
    'POST /v1/redemptions/{id}/rollback': {
      id: 'rollBackRedemption',
      summary: 'Give back a redemption',
      query: [ROLLBACK_QUERY],
      body: ROLLBACK_BODY,
      isBodyOptional: true,
      answer: view('Redemption'),
    },
    'POST /v1/redemptions/{id}/rollbacks': {
      id: 'rollBackRedemptions',
      summary: 'Give back all that was redeemed together',
      query: [ROLLBACK_QUERY],
      body: ROLLBACK_BODY,
      isBodyOptional: true,
      answer: view('Rollbacks'),
    },
  },
}
