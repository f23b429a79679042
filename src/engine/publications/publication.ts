import type { Json } from '../../kernel/json.ts'

export type Metadata = { [key: string]: Json }

/** An attempt to give a voucher, or several of one campaign, to a customer (engine-programs §11.1). */
export type Publication = {
  id: string
  projectId: string
  customerId: string
  /** What was given, or was to be; none when the campaign had none. */
  voucherIds: readonly string[]
  campaignId: string | null
  /** The caller's name for it: unique among the successful ones of a project (P-6). */
  sourceId: string | null
  /** Through what it was made, in the caller's words (P-11). */
  channel: string
  result: 'SUCCESS' | 'FAILURE'
  failureCode: string | null
  failureMessage: string | null
  metadata: Metadata
  createdAt: Date
}
