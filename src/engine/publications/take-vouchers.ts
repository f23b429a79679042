import { notFound } from '../../kernel/api-error.ts'
import type { Tx } from '../../platform/db.ts'
import {
  addVoucher,
  type Campaign,
  findCampaigns,
  getCampaign,
  lockCampaign,
} from '../campaigns/index.ts'
import type { Call } from '../context.ts'
import {
  lockPublishable,
  lockUnpublished,
  lockVouchersByCode,
  type Voucher,
} from '../vouchers/index.ts'
import type { PublicationInput } from './publication.schema.ts'

/** What a publication gives, and how it comes by the vouchers once the customer is known. */
export type Source = {
  campaign: Campaign | undefined
  count: number
  /** By what an earlier publication to the same customer is the same. */
  sameBy: { of: 'voucher' | 'campaign'; id: string }
  /** Whether there will be enough whatever rivals take: codes are made, or one is for everybody. */
  isEndless: boolean
  take(): Promise<readonly Voucher[]>
}

/**
 * Finds what is asked for, and locks what must be locked before the customer. Throws `not_found` for an unknown voucher
 * or campaign.
 */
export function openSource(
  tx: Tx,
  call: Call,
  wanted: PublicationInput['wanted'],
): Promise<Source> {
  return 'voucher' in wanted
    ? openVoucher(tx, call, wanted.voucher)
    : openCampaign(tx, call, wanted)
}

async function openVoucher(tx: Tx, { projectId }: Call, code: string): Promise<Source> {
  const [voucher] = await lockVouchersByCode(tx, [{ projectId, code }])
  if (!voucher) throw notFound('voucher', code)
  const { campaignId } = voucher
  const campaign =
    campaignId === null ? undefined : (await findCampaigns(tx, [campaignId])).get(campaignId)
  return {
    campaign,
    count: 1,
    sameBy: campaign?.joinOnce
      ? { of: 'campaign', id: campaign.id }
      : { of: 'voucher', id: voucher.id },
    isEndless: true,
    take: async () => [voucher],
  }
}

/** A code of a campaign that is over would not be suitable either. */
const makesCodes = ({ type, validity: { expirationDate } }: Campaign, now: Date): boolean =>
  type === 'AUTO_UPDATE' && (expirationDate === null || expirationDate > now)

async function openCampaign(
  tx: Tx,
  call: Call,
  { campaign: reference, count }: { campaign: string; count: number },
): Promise<Source> {
  const { projectId, now } = call
  const found = await getCampaign(tx, projectId, reference)
  const isEndless = makesCodes(found, now)
  const common = { count, sameBy: { of: 'campaign' as const, id: found.id }, isEndless }
  if (found.type === 'STANDALONE') {
    // Everybody gets the same code, so it is waited for.
    const vouchers = await lockPublishable(tx, found.id, now)
    return { ...common, campaign: found, take: async () => vouchers }
  }
  if (!isEndless) {
    return { ...common, campaign: found, take: () => lockUnpublished(tx, found.id, { count, now }) }
  }
  const free = await lockUnpublished(tx, found.id, { count, now })
  if (free.length === count) return { ...common, campaign: found, take: async () => free }
  // Codes will have to be made, also where rivals only hold the free ones: campaigns are locked before customers.
  const campaign = await lockCampaign(tx, projectId, found.id)
  return {
    ...common,
    campaign,
    take: async () => {
      const made: Voucher[] = []
      while (free.length + made.length < count) made.push(await addVoucher(tx, call, campaign, {}))
      return [...free, ...made]
    },
  }
}
