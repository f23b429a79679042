import { ApiError } from '../../kernel/api-error.ts'
import { newId } from '../../kernel/ids.ts'
import type { Tx } from '../../platform/db.ts'
import type { CsvRow } from '../api/index.ts'
import {
  type AsyncJob,
  asyncJob,
  enqueueAsyncAction,
  type RunningAction,
  type Step,
} from '../async-actions/index.ts'
import type { Call } from '../context.ts'
import { announce } from '../outbox/index.ts'
import {
  calculateUsed,
  findVouchersByCode,
  type ImportRow,
  importStep,
  type ToRow,
  toCampaignRow,
  type Voucher,
  type VoucherInput,
} from '../vouchers/index.ts'
import { standalone } from './add-voucher.ts'
import { refuseProtected } from './calculate-campaign.ts'
import { calculateCampaignVoucher, withoutVouchers } from './calculate-campaign-voucher.ts'
import { addToVouchersCount, lockCampaign, lockCampaigns } from './campaign.repo.ts'
import type { Campaign } from './campaign.ts'
import { toCampaignFact } from './campaign-facts.ts'

type Input<Item> = { campaignId: string; items: readonly Item[] }

/**
 * Has codes of elsewhere added to a campaign. Answers the id of the action. Throws `not_found` for the campaign,
 * `invalid_campaign` when it takes none, and, for JSON, `duplicate_key` when codes exist or stand there twice.
 */
export async function startImport(
  tx: Tx,
  call: Call,
  reference: string,
  given: { vouchers: readonly (VoucherInput & { code: string })[] } | { rows: readonly CsvRow[] },
): Promise<string> {
  const campaign = await lockCampaign(tx, call.projectId, reference)
  refuseProtected(campaign)
  if (!campaign.voucher) throw withoutVouchers(campaign)
  if (campaign.type === 'STANDALONE') throw standalone()
  if ('vouchers' in given) await refuseDuplicates(tx, call, given.vouchers)
  const items = 'vouchers' in given ? given.vouchers : given.rows
  return enqueueAsyncAction(tx, call, {
    type: 'vouchers' in given ? 'CAMPAIGN.VOUCHERS_IMPORT' : 'CAMPAIGN.VOUCHERS_IMPORT_CSV',
    input: { campaignId: campaign.id, items } satisfies Input<unknown>,
    totalCount: items.length,
  })
}

async function refuseDuplicates(
  tx: Tx,
  { projectId }: Call,
  vouchers: readonly { code: string }[],
): Promise<void> {
  const codes = new Set(vouchers.map(({ code }) => code))
  const found = await findVouchersByCode(
    tx,
    [...codes].map((code) => ({ projectId, code })),
  )
  const existing = found.filter((voucher) => voucher !== undefined).length
  const count = existing + vouchers.length - codes.size
  if (count === 0) return
  throw new ApiError('duplicate_key', { details: `${count} voucher codes(s) already exist.` })
}

async function step<Item>(
  tx: Tx,
  action: RunningAction<Input<Item>, number>,
  toRow: ToRow<Item>,
): Promise<Step<number>> {
  const { call, input } = action
  const campaign = (await lockCampaigns(tx, [input.campaignId])).get(input.campaignId)
  if (!campaign) {
    const message = 'The campaign was deleted.'
    return { state: action.state, done: 0, failed: [], isDone: true, isFailure: true, message }
  }
  const made = await importStep(tx, action, input.items, {
    make: (row) => toImported(call, campaign, row),
    updatesExisting: false,
    toRow,
  })
  addToVouchersCount(tx, campaign.id, made.done)
  if (made.isDone)
    announce(tx, [await toCampaignFact(tx, call, 'campaign.vouchers.added', campaign)])
  return made
}

/** A code of the campaign with what was on it, and how far it was used, where it comes from. */
function toImported(call: Call, campaign: Campaign, row: ImportRow): Voucher {
  const { gift, loyalty_card } = row.input
  const { voucher: template } = campaign
  const amount = gift?.amount ?? template?.gift?.amount
  const points = loyalty_card?.points ?? template?.loyalty_card?.points
  const withOwn: Campaign = {
    ...campaign,
    voucher: template && {
      ...template,
      ...(template.gift && { gift: { ...template.gift, amount: amount ?? null } }),
      ...(template.loyalty_card && {
        loyalty_card: { ...template.loyalty_card, points: points ?? null },
      }),
    },
  }
  const id = { id: newId('voucher'), code: row.code, call }
  return calculateUsed(calculateCampaignVoucher(withOwn, row.input, id), row)
}

/** `POST /v1/campaigns/{id}/import` and `…/importCSV` (engine-core §5.2). */
export const importJobs: readonly AsyncJob[] = [
  asyncJob<Input<VoucherInput>, number>({
    type: 'CAMPAIGN.VOUCHERS_IMPORT',
    start: 0,
    step: (tx, action) => step(tx, action, (input) => ({ code: input.code ?? '', input })),
  }),
  asyncJob<Input<CsvRow>, number>({
    type: 'CAMPAIGN.VOUCHERS_IMPORT_CSV',
    start: 0,
    step: (tx, action) => step(tx, action, toCampaignRow),
  }),
]
