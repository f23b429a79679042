import { PAGE_QUERY } from '../../api/index.ts'
import { CAMPAIGN_BODY } from '../../campaigns/index.ts'
import { ACTIVITY_QUERY } from '../../customers/index.ts'
import { EXPORT_PARAMETERS } from '../../exports/index.ts'
import { TRANSFERS } from '../../loyalties/index.ts'
import { PENDING_POINTS_CHANGE, POINTS_CHANGE } from '../../points/index.ts'
import { PUBLICATION_BODY } from '../../publications/index.ts'
import { TRANSACTION_LIST_QUERY, VOUCHER_LIST_QUERY } from '../../vouchers/index.ts'
import {
  accepted,
  cursorListOf,
  FORCE,
  listOf,
  NOTHING,
  type Operation,
  type Operations,
  orderBy,
  type Tag,
  view,
} from '../operation.ts'

const programs: Operations = {
  'GET /v1/loyalties': {
    id: 'listLoyaltyPrograms',
    summary: 'List loyalty programs',
    query: [PAGE_QUERY, orderBy('created_at', 'updated_at', 'name')],
    answer: listOf('campaigns', 'ListedCampaign'),
  },
  'POST /v1/loyalties': {
    id: 'createLoyaltyProgram',
    summary: 'Create a loyalty program: a campaign of loyalty cards',
    body: CAMPAIGN_BODY,
    answer: view('Campaign'),
  },
  'GET /v1/loyalties/{campaignId}': {
    id: 'getLoyaltyProgram',
    summary: 'Get a loyalty program by id or name',
    answer: view('Campaign'),
  },
  'PUT /v1/loyalties/{campaignId}': {
    id: 'updateLoyaltyProgram',
    summary: 'Change a loyalty program; what is not given stays',
    body: CAMPAIGN_BODY,
    answer: view('Campaign'),
  },
  'DELETE /v1/loyalties/{campaignId}': {
    id: 'deleteLoyaltyProgram',
    summary: 'Move a loyalty program with its cards to the bin, or delete it for good',
    query: [FORCE],
    ...accepted(200),
  },
  'GET /v1/loyalties/{campaignId}/transactions': {
    id: 'listLoyaltyProgramTransactions',
    summary: 'List what moved points of the cards of a program',
    query: [TRANSACTION_LIST_QUERY, orderBy('id')],
    answer: cursorListOf('data', 'VoucherTransaction'),
  },
  'POST /v1/loyalties/{campaignId}/transactions/export': {
    id: 'exportLoyaltyProgramTransactions',
    summary: 'Export what moved points of the cards of a program',
    body: EXPORT_PARAMETERS,
    isBodyOptional: true,
    answer: view('Export'),
  },
  'POST /v1/loyalties/{campaignId}/points-expiration/export': {
    id: 'exportPointsExpiration',
    summary: 'Export the lots of points of a program, expired ones too',
    body: EXPORT_PARAMETERS,
    isBodyOptional: true,
    answer: view('Export'),
  },
  'GET /v1/loyalties/{campaignId}/pending-points': {
    id: 'listPendingPointsOfProgram',
    summary: 'List points that will come onto cards of a program',
    query: [TRANSACTION_LIST_QUERY, orderBy('id')],
    answer: cursorListOf('data', 'PendingPoints'),
  },
}

const members: Operations = {
  'GET /v1/loyalties/{campaignId}/members': {
    id: 'listLoyaltyMembers',
    summary: 'List the cards of a program',
    query: [PAGE_QUERY, VOUCHER_LIST_QUERY, orderBy('created_at', 'updated_at', 'code')],
    answer: listOf('vouchers', 'LoyaltyMember'),
  },
  'POST /v1/loyalties/{campaignId}/members': {
    id: 'addLoyaltyMember',
    summary: 'Give a customer a card of a program',
    body: PUBLICATION_BODY,
    answer: view('LoyaltyMember'),
  },
  'GET /v1/loyalties/{campaignId}/members/{memberId}/points-expiration': {
    id: 'listPointsExpiration',
    summary: 'List the lots of points of a card, what expires next first',
    query: [PAGE_QUERY],
    answer: listOf('data', 'PointsBucket'),
  },
  'POST /v1/loyalties/{campaignId}/members/{memberId}/transfers': {
    id: 'transferPoints',
    summary: 'Move points from other cards onto the card of the path: all or none',
    body: TRANSFERS,
    answer: view('TransferDestination'),
  },
}

/** What can be asked of a card, with its program in the path or without. */
const ofCard: Readonly<Record<string, Operation>> = {
  'GET ': {
    id: 'getLoyaltyMember',
    summary: 'Get a card by its code or id',
    answer: view('LoyaltyMember'),
  },
  'POST /balance': {
    id: 'changePointsBalance',
    summary: 'Add points to a card, or remove some',
    body: POINTS_CHANGE,
    answer: view('PointsBalance'),
  },
  'GET /activity': {
    id: 'listMemberActivity',
    summary: 'List what happened to a card',
    query: [ACTIVITY_QUERY, orderBy('created_at')],
    answer: cursorListOf('data', 'Activity'),
  },
  'GET /activities': {
    id: 'listMemberActivities',
    summary: 'List the same in the older form',
    query: [ACTIVITY_QUERY, orderBy('created_at')],
    answer: listOf('activities', 'Activity'),
  },
  'GET /transactions': {
    id: 'listMemberTransactions',
    summary: 'List what moved points of a card',
    query: [TRANSACTION_LIST_QUERY, orderBy('id')],
    answer: cursorListOf('data', 'VoucherTransaction'),
  },
  'POST /transactions/export': {
    id: 'exportMemberTransactions',
    summary: 'Export what moved points of a card',
    body: EXPORT_PARAMETERS,
    isBodyOptional: true,
    answer: view('Export'),
  },
  'GET /pending-points': {
    id: 'listPendingPointsOfMember',
    summary: 'List points that will come onto a card',
    query: [TRANSACTION_LIST_QUERY, orderBy('id')],
    answer: cursorListOf('data', 'PendingPoints'),
  },
}

const cards: Operations = Object.fromEntries(
  Object.entries(ofCard).flatMap(([key, operation]) => {
    const [method, path = ''] = key.split(' ')
    return [
      [`${method} /v1/loyalties/members/{memberId}${path}`, operation],
      [
        `${method} /v1/loyalties/{campaignId}/members/{memberId}${path}`,
        { ...operation, id: `${operation.id}OfProgram` },
      ],
    ]
  }),
)

const PENDING = '/v1/loyalties/members/{memberId}/pending-points/{pendingPointsId}'

const pending: Operations = {
  [`POST ${PENDING}/activate`]: {
    id: 'activatePendingPoints',
    summary: 'Let pending points come onto their card at once',
    answer: view('PointsBalance'),
  },
  [`POST ${PENDING}/balance`]: {
    id: 'changePendingPoints',
    summary: 'Change how many pending points will come',
    body: PENDING_POINTS_CHANGE,
    answer: view('PendingPointsBalance'),
  },
  [`POST ${PENDING}/cancel`]: {
    id: 'cancelPendingPoints',
    summary: 'Let pending points never come',
    ...NOTHING,
  },
}

export const LOYALTIES: Tag = {
  name: 'Loyalties',
  description: 'Loyalty programs, their members and their points.',
  operations: { ...programs, ...members, ...cards, ...pending },
}
