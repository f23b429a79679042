import type { Json } from '../../kernel/json.ts'

export const HOLDER_ROLES = ['OWNER', 'REFERRER', 'REFEREE'] as const
export type HolderRole = (typeof HOLDER_ROLES)[number]

/** That a customer has a voucher, and as what (engine-programs §2.7, C-40). */
export type RedeemableHolder = {
  /** Sorts by time. */
  id: string
  projectId: string
  voucherId: string
  campaignId: string | null
  customerId: string
  role: HolderRole
  /** The publication that made it, if one did. */
  publicationId: string | null
  metadata: { [key: string]: Json }
  createdAt: Date
}
