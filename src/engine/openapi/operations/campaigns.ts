import { PAGE_QUERY } from '../../api/index.ts'
import {
  CAMPAIGN_BODY,
  CAMPAIGN_LIST_QUERY,
  PERIOD_QUERY,
  VOUCHERS_COUNT_QUERY,
} from '../../campaigns/index.ts'
import { EXPORT_PARAMETERS } from '../../exports/index.ts'
import { STACK_SCHEMA, TIER_SCHEMA } from '../../promotions/index.ts'
import { TRANSACTION_LIST_QUERY, VOUCHER_IMPORT, VOUCHER_SCHEMA } from '../../vouchers/index.ts'
import {
  accepted,
  CSV,
  cursorListOf,
  EMPTY,
  FILTERS,
  FORCE,
  listOf,
  NOTHING,
  type Operations,
  orderBy,
  type Tag,
  view,
} from '../operation.ts'

const campaigns: Operations = {
  'GET /v1/campaigns': {
    id: 'listCampaigns',
    summary: 'List campaigns',
    query: [PAGE_QUERY, CAMPAIGN_LIST_QUERY, orderBy('created_at', 'updated_at', 'name'), FILTERS],
    answer: listOf('campaigns', 'ListedCampaign'),
  },
  'POST /v1/campaigns': {
    id: 'createCampaign',
    summary: 'Create a campaign; its codes are generated in the background',
    body: CAMPAIGN_BODY,
    answer: view('Campaign'),
  },
  'GET /v1/campaigns/{campaignId}': {
    id: 'getCampaign',
    summary: 'Get a campaign by id or name',
    answer: view('Campaign'),
  },
  'PUT /v1/campaigns/{campaignId}': {
    id: 'updateCampaign',
    summary: 'Change a campaign and its codes; what is not given stays',
    body: CAMPAIGN_BODY,
    answer: view('Campaign'),
  },
  'DELETE /v1/campaigns/{campaignId}': {
    id: 'deleteCampaign',
    summary: 'Move a campaign with its codes to the bin, or delete it for good',
    query: [FORCE],
    ...accepted(202),
  },
  'POST /v1/campaigns/{campaignId}/enable': {
    id: 'enableCampaign',
    summary: 'Enable a campaign',
    answer: EMPTY,
  },
  'POST /v1/campaigns/{campaignId}/disable': {
    id: 'disableCampaign',
    summary: 'Disable a campaign',
    answer: EMPTY,
  },
  'GET /v1/campaigns/{campaignId}/summary': {
    id: 'getCampaignSummary',
    summary: 'Get what a campaign came to in a period',
    query: [PERIOD_QUERY],
    answer: view('CampaignSummary'),
  },
  'GET /v1/campaigns/{campaignId}/transactions': {
    id: 'listCampaignTransactions',
    summary: 'List what changed the balances of the cards of a campaign',
    query: [TRANSACTION_LIST_QUERY, orderBy('id'), FILTERS],
    answer: cursorListOf('data', 'VoucherTransaction'),
  },
  'POST /v1/campaigns/{campaignId}/transactions/export': {
    id: 'exportCampaignTransactions',
    summary: 'Export the transactions of the cards of a campaign',
    body: EXPORT_PARAMETERS,
    isBodyOptional: true,
    answer: view('Export'),
  },
}

const codes: Operations = {
  'POST /v1/campaigns/{campaignId}/vouchers': {
    id: 'addVouchersToCampaign',
    summary: 'Add a generated code to a campaign, or many in the background',
    query: [VOUCHERS_COUNT_QUERY],
    body: VOUCHER_SCHEMA,
    isBodyOptional: true,
    answer: view('Voucher'),
    otherAnswers: { 202: view('AsyncActionStarted') },
  },
  'POST /v1/campaigns/{campaignId}/vouchers/{code}': {
    id: 'addVoucherToCampaign',
    summary: 'Add the code of the path to a campaign',
    body: VOUCHER_SCHEMA,
    isBodyOptional: true,
    answer: view('Voucher'),
  },
  'POST /v1/campaigns/{campaignId}/import': {
    id: 'importCampaignVouchers',
    summary: 'Import codes into a campaign',
    body: VOUCHER_IMPORT,
    ...accepted(202),
  },
  'POST /v1/campaigns/{campaignId}/importCSV': {
    id: 'importCampaignVouchersCsv',
    summary: 'Import codes into a campaign from a CSV file',
    ...CSV,
    ...accepted(200),
  },
}

export const CAMPAIGNS: Tag = {
  name: 'Campaigns',
  description: 'What many codes, or the tiers of a promotion, have in common.',
  operations: { ...campaigns, ...codes },
}

const LISTED = [PAGE_QUERY, orderBy('created_at', 'updated_at')]
const AVAILABLE = {
  properties: { is_available: { type: 'boolean', description: 'Only what holds now.' } },
}

const tiers: Operations = {
  'GET /v1/promotions/tiers': {
    id: 'listPromotionTiers',
    summary: 'List the tiers of all promotions',
    query: [...LISTED, AVAILABLE],
    answer: listOf('tiers', 'PromotionTier'),
  },
  'GET /v1/promotions/{campaignId}/tiers': {
    id: 'listTiersOfCampaign',
    summary: 'List the tiers of a promotion',
    query: [...LISTED, AVAILABLE],
    answer: listOf('tiers', 'PromotionTier'),
  },
  'POST /v1/promotions/{campaignId}/tiers': {
    id: 'createPromotionTier',
    summary: 'Add a tier to a promotion',
    body: TIER_SCHEMA,
    answer: view('PromotionTier'),
  },
  'GET /v1/promotions/tiers/{id}': {
    id: 'getPromotionTier',
    summary: 'Get a tier',
    answer: view('PromotionTier'),
  },
  'PUT /v1/promotions/tiers/{id}': {
    id: 'updatePromotionTier',
    summary: 'Change a tier; what is not given stays',
    body: TIER_SCHEMA,
    answer: view('PromotionTier'),
  },
  'POST /v1/promotions/tiers/{id}/enable': {
    id: 'enablePromotionTier',
    summary: 'Enable a tier',
    answer: view('PromotionTier'),
  },
  'POST /v1/promotions/tiers/{id}/disable': {
    id: 'disablePromotionTier',
    summary: 'Disable a tier',
    answer: view('PromotionTier'),
  },
  'DELETE /v1/promotions/tiers/{id}': {
    id: 'deletePromotionTier',
    summary: 'Delete a tier',
    ...NOTHING,
  },
}

const stacks: Operations = {
  'GET /v1/promotions/stacks': {
    id: 'listPromotionStacks',
    summary: 'List the stacks of all promotions',
    query: LISTED,
    answer: listOf('data', 'PromotionStack'),
  },
  'GET /v1/promotions/{campaignId}/stacks': {
    id: 'listStacksOfCampaign',
    summary: 'List the stacks of a promotion',
    query: LISTED,
    answer: listOf('data', 'PromotionStack'),
  },
  'POST /v1/promotions/{campaignId}/stacks': {
    id: 'createPromotionStack',
    summary: 'Make a stack of tiers that are applied together',
    body: STACK_SCHEMA,
    answer: view('PromotionStack'),
  },
  'GET /v1/promotions/{campaignId}/stacks/{stackId}': {
    id: 'getPromotionStack',
    summary: 'Get a stack',
    answer: view('PromotionStack'),
  },
  'PUT /v1/promotions/{campaignId}/stacks/{stackId}': {
    id: 'updatePromotionStack',
    summary: 'Change a stack; what is not given stays',
    body: STACK_SCHEMA,
    answer: view('PromotionStack'),
  },
  'DELETE /v1/promotions/{campaignId}/stacks/{stackId}': {
    id: 'deletePromotionStack',
    summary: 'Delete a stack',
    ...NOTHING,
  },
}

export const PROMOTIONS: Tag = {
  name: 'Promotions',
  description: 'Discounts without codes: tiers, and stacks of them.',
  operations: { ...tiers, ...stacks },
}
