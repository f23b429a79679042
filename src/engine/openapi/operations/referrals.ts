import { PAGE_QUERY } from '../../api/index.ts'
import { HOLDER_LIST_QUERY } from '../../redeemable-holders/index.ts'
import { HOLDERS_BODY } from '../../referrals/index.ts'
import {
  cursorListOf,
  FILTERS,
  NOTHING,
  type Operations,
  orderBy,
  type Tag,
  view,
} from '../operation.ts'

const LIMIT = { properties: { limit: PAGE_QUERY.properties.limit } }

const toOperations = (member: string, name: string): Operations => ({
  [`POST /v1/referrals/${member}/holders`]: {
    id: `addReferees${name}`,
    summary: 'Make customers referees of a referral code, all or nobody',
    body: HOLDERS_BODY,
    answer: view('AddedHolders'),
  },
  [`GET /v1/referrals/${member}/holders`]: {
    id: `listReferralHolders${name}`,
    summary: 'List the referrer and the referees of a referral code',
    query: [LIMIT, HOLDER_LIST_QUERY, orderBy('id'), FILTERS],
    answer: cursorListOf('data', 'ReferralHolder'),
  },
  [`DELETE /v1/referrals/${member}/holders/{holderId}`]: {
    id: `removeReferee${name}`,
    summary: 'End that a customer is a referee of a referral code',
    ...NOTHING,
  },
})

export const REFERRALS: Tag = {
  name: 'Referrals',
  description: 'Who holds a referral code: who refers, and who was referred.',
  operations: {
    ...toOperations('members/{memberId}', ''),
    ...toOperations('{campaignId}/members/{memberId}', 'OfCampaign'),
  },
}
