import { notFound } from '../../kernel/api-error.ts'
import type { Db, Tx } from '../../platform/db.ts'
import { type Campaign, getCampaign } from '../campaigns/index.ts'
import type { Call } from '../context.ts'
import type { Card } from '../points/index.ts'
import { findVouchersByCode, lockVouchersByCode, type Voucher } from '../vouchers/index.ts'

/** How a path names a card: by its code or id, and maybe by its program. */
export type CardPath = { campaignId?: string; memberId: string }

/** The loyalty program that `reference` names by id or name. Throws `not_found` for any other campaign. */
export async function getProgram(db: Db, projectId: string, reference: string): Promise<Campaign> {
  const campaign = await getCampaign(db, projectId, reference)
  if (campaign.campaignType !== 'LOYALTY_PROGRAM') throw notFound('campaign', reference)
  return campaign
}

/** The card that a path names. Throws `not_found` for what is no loyalty card, or not one of that program. */
export async function getCard(db: Db, { projectId }: Call, path: CardPath): Promise<Card> {
  const program = await findProgram(db, projectId, path)
  const [voucher] = await findVouchersByCode(db, [{ projectId, code: path.memberId }])
  return requireMember(voucher, program, path.memberId)
}

/** The same, locked until `tx` ends. */
export async function lockCard(tx: Tx, { projectId }: Call, path: CardPath): Promise<Card> {
  const program = await findProgram(tx, projectId, path)
  const [voucher] = await lockVouchersByCode(tx, [{ projectId, code: path.memberId }])
  return requireMember(voucher, program, path.memberId)
}

const findProgram = async (db: Db, projectId: string, { campaignId }: CardPath) =>
  campaignId === undefined ? undefined : getProgram(db, projectId, campaignId)

/** Throws `not_found` when `voucher` is no loyalty card of `program`, or of any. */
export function requireMember(
  voucher: Voucher | undefined,
  program: Campaign | undefined,
  reference: string,
): Card {
  if (voucher?.type !== 'LOYALTY_CARD' || (program && voucher.campaignId !== program.id)) {
    throw notFound('voucher', reference)
  }
  return voucher
}
