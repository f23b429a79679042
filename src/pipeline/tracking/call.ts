/** The six calls of the Segment spec. */
export const CALL_TYPES = ['identify', 'track', 'page', 'screen', 'group', 'alias'] as const
export type CallType = (typeof CALL_TYPES)[number]

export const isCallType = (value: unknown): value is CallType =>
  CALL_TYPES.includes(value as CallType)

/** An accepted call, normalised: what the log keeps and destinations map from. */
export type TrackingEvent = Record<string, unknown> & { type: string; messageId: string }

/** Why a call was refused; the codes are public ("Failed on ingest", pipeline §1.7). */
export type RejectionReason =
  | 'bad_request'
  | 'consent_categorypreferences_fields_should_be_bool'
  | 'consent_categorypreferences_fields_should_be_object'
  | 'consent_categorypreferences_should_exist'
  | 'consent_version_should_be_number'
  | 'category_not_string'
  | 'device_advertisingid_should_be_string'
  | 'empty_batch'
  | 'empty_batch_result'
  | 'event_not_defined'
  | 'event_not_string'
  | 'id_not_string'
  | 'id_required'
  | 'multi_user_error'
  | 'name_not_string'
  | 'no_user_anon_id'
  | 'properties_not_object'
  | 'source_disabled'
  | 'traits_not_object'
  | 'unknown_source'

export type Refusal = { reason: RejectionReason; message: string }

/** A refused call as it is recorded. */
export type Rejection = Refusal & {
  projectId: string | null
  sourceId: string | null
  /** What was sent, cut to `LIMITS.rejectedBodyCharsMax`; null for a refusal of a whole request. */
  body: string | null
  receivedAt: Date
}
