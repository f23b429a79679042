import type { JsonObject } from '../../kernel/json.ts'

/** What can be exported (engine-programs §14.2). */
export const EXPORTED_OBJECTS = [
  'voucher',
  'redemption',
  'customer',
  'publication',
  'order',
  'voucher_transactions',
  'points_expiration',
] as const
export type ExportedObject = (typeof EXPORTED_OBJECTS)[number]

/** What an export is asked for; what is left out is as the object's default. */
export type ExportParameters = {
  /** A field, `-` before it for the reverse. */
  order?: string
  fields?: string[]
  /** The tree of `toFilterCondition`. */
  filters?: JsonObject
  /** Of vouchers: those of one campaign. */
  campaign_id?: string
}

export type Export = {
  id: string
  projectId: string
  object: ExportedObject
  /** As they were given. */
  parameters: ExportParameters
  status: 'SCHEDULED' | 'IN_PROGRESS' | 'DONE' | 'ERROR'
  channel: string
  /** Opens the file. */
  token: string
  createdAt: Date
}
