import { ApiError } from '../../kernel/api-error.ts'
import { newId } from '../../kernel/ids.ts'
import type { Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { asyncJob, enqueueAsyncAction, type Step } from '../async-actions/index.ts'
import { countCodes, generateCodes, parseCodeConfig } from '../codes/index.ts'
import type { Call } from '../context.ts'
import { announce, type Fact, type OccurrenceType } from '../outbox/index.ts'
import { insertVouchersAlike, type VoucherInput } from '../vouchers/index.ts'
import { standalone } from './add-voucher.ts'
import { refuseProtected } from './calculate-campaign.ts'
import { calculateCampaignVoucher } from './calculate-campaign-voucher.ts'
import { addToVouchersCount, lockCampaigns, setCampaignStatus } from './campaign.repo.ts'
import type { Campaign } from './campaign.ts'
import { toSimpleCampaign } from './campaign-view.ts'

type Input = { campaignId: string; count: number; overrides: VoucherInput }

/**
 * Has `count` codes made for a campaign that `tx` has locked. Answers the id of the action. Throws
 * `invalid_code_config` when there are not so many of their form (R-CODE-02), `invalid_campaign` for a campaign of one
 * code, and what a voucher made of the template throws.
 */
export async function generateVouchers(
  tx: Tx,
  call: Call,
  campaign: Campaign,
  { count, overrides }: Pick<Input, 'count' | 'overrides'>,
): Promise<string> {
  refuseProtected(campaign)
  if (campaign.type === 'STANDALONE') throw standalone()
  calculateCampaignVoucher(campaign, overrides, { id: newId('voucher'), code: 'any', call })
  const possible = countCodes(toCodeConfig(campaign, overrides))
  if (possible < count) {
    throw new ApiError('invalid_code_config', {
      details: `There are ${possible} codes of this form, and ${count} are asked for; a longer code or a larger charset makes more`,
    })
  }
  setCampaignStatus(tx, campaign.id, { generation: 'IN_PROGRESS' })
  announce(tx, [toFact(call, 'campaign.vouchers.generation.started', campaign)])
  return enqueueAsyncAction(tx, call, {
    type: 'CAMPAIGN.VOUCHERS_GENERATE',
    input: { campaignId: campaign.id, count, overrides } satisfies Input,
    totalCount: count,
  })
}

const toCodeConfig = ({ voucher }: Campaign, { code_config }: VoucherInput) =>
  parseCodeConfig(code_config ?? voucher?.code_config)

/** Makes the codes of a campaign, so many in each step, from the template as it is then. */
export const generateJob = asyncJob<Input, null>({
  type: 'CAMPAIGN.VOUCHERS_GENERATE',
  start: null,
  async step(tx, { call, input, doneCount }) {
    // Locked, so that a change of the template comes before a step or after it, and reaches its codes.
    const campaign = (await lockCampaigns(tx, [input.campaignId])).get(input.campaignId)
    if (!campaign) return given('The campaign was deleted.')
    const wanted = Math.min(input.count - doneCount, LIMITS.generatedVouchersPerStep)
    const done = await storeCodes(tx, call, campaign, { ...input, count: wanted })
    addToVouchersCount(tx, campaign.id, done)
    const isFailure = done < wanted
    const isDone = isFailure || doneCount + done === input.count
    if (isDone) finish(tx, call, campaign, isFailure)
    const reason = isFailure ? ' There are no more unused codes of this form.' : ''
    const message = `Generated ${doneCount + done} vouchers.${reason}`
    return { state: null, done, failed: [], isDone, isFailure, message }
  },
})

const given = (message: string): Step<null> => ({
  state: null,
  done: 0,
  failed: [],
  isDone: true,
  isFailure: true,
  message,
})

/** Stores up to `count` new codes; fewer when attempt after attempt finds none that is free. */
async function storeCodes(
  tx: Tx,
  call: Call,
  campaign: Campaign,
  { count, overrides }: Input,
): Promise<number> {
  const config = toCodeConfig(campaign, overrides)
  const model = calculateCampaignVoucher(campaign, overrides, {
    id: newId('voucher'),
    code: 'any',
    call,
  })
  let stored = 0
  for (let failures = 0; stored < count && failures < LIMITS.codeGenerationAttemptsMax; ) {
    const added = await insertVouchersAlike(tx, model, generateCodes(config, count - stored))
    stored += added
    failures = added === 0 ? failures + 1 : 0
  }
  return stored
}

function finish(tx: Tx, call: Call, campaign: Campaign, isFailure: boolean): void {
  setCampaignStatus(tx, campaign.id, { generation: isFailure ? 'FAILED' : 'DONE' })
  const outcome = isFailure ? 'failed' : 'completed'
  announce(tx, [toFact(call, `campaign.vouchers.generation.${outcome}`, campaign)])
}

type GenerationEvent = Extract<OccurrenceType, `campaign.vouchers.generation.${string}`>

const toFact = (call: Call, type: GenerationEvent, campaign: Campaign): Fact => ({
  call,
  type,
  customerId: null,
  data: { campaign: toSimpleCampaign(campaign) },
})
