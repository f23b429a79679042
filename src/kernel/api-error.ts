/**
 * Everything a caller can do wrong, as data (engine-core §3.2). A key is public contract, so it is
 * never renamed; docs/reference/errors.md is checked against this list by a test.
 */
export const API_ERRORS = {
  already_rolled_back: { status: 400, message: 'Already rolled back' },
  ambiguous_tracking_id: { status: 400, message: 'Ambiguous trackingId' },
  duplicate_key: { status: 400, message: 'Duplicate codes' },
  duplicate_source_id: { status: 400, message: 'Duplicate source_id' },
  duplicated_redeemables: { status: 400, message: 'Duplicated redeemables detected' },
  gift_amount_exceeded: { status: 400, message: 'gift amount exceeded' },
  invalid_add_balance_params: { status: 400, message: 'Invalid add balance params' },
  invalid_expiration_date: { status: 400, message: 'Invalid Expiration Date' },
  invalid_pending_points_state: { status: 400, message: 'Invalid pending points state' },
  invalid_amount: { status: 400, message: 'Invalid Amount' },
  invalid_balance: {
    status: 400,
    message: "Property 'parameters.campaign.balance' is invalid",
  },
  invalid_campaign: { status: 400, message: 'Invalid Campaign' },
  invalid_code_config: { status: 400, message: 'Invalid code config' },
  invalid_customer: { status: 400, message: 'Invalid customer' },
  invalid_export_fields: { status: 400, message: 'Invalid Export' },
  invalid_gift: { status: 400, message: 'Invalid gift' },
  invalid_or_expired_cursor: { status: 400, message: 'Invalid or expired cursor' },
  invalid_order: { status: 400, message: 'Invalid order' },
  invalid_payload: { status: 400, message: 'Invalid payload' },
  invalid_query_params: { status: 400, message: 'Invalid query params' },
  invalid_redemption: { status: 400, message: 'Invalid redemption' },
  invalid_reward_redemption_state: {
    status: 400,
    message: 'Invalid reward redemption state',
  },
  invalid_redemption_parent: { status: 400, message: 'Invalid redemption parent' },
  invalid_rollback_params: { status: 400, message: 'Invalid rollback params' },
  invalid_grant_type: { status: 400, message: 'Invalid grant_type' },
  invalid_scope: { status: 400, message: 'Invalid scope' },
  metadata_validation_failed: { status: 400, message: 'Metadata validation failed' },
  missing_parameters: { status: 400, message: 'Missing parameters' },
  invalid_validation_rules: { status: 400, message: 'Invalid Validation Rule Definition' },
  invalid_voucher: { status: 400, message: 'Invalid Voucher' },
  missing_order: { status: 400, message: 'Missing order' },
  missing_amount: { status: 400, message: 'Missing amount' },
  missing_vouchers: { status: 400, message: 'Missing vouchers' },
  no_applicable_redeemables: { status: 400, message: 'No applicable redeemables' },
  no_voucher_suitable_for_publication: {
    status: 400,
    message: "Couldn't find any voucher suitable for publication",
  },
  not_published: { status: 400, message: 'Voucher is not published' },
  page_over_limit: { status: 400, message: 'Listing resource above 1000 page is not supported' },
  quantity_exceeded: { status: 400, message: 'quantity exceeded' },
  resource_in_use: { status: 400, message: 'Resource in use' },
  resource_protected: { status: 400, message: 'Resource is protected' },
  too_many_vouchers_requested: { status: 400, message: 'Too many vouchers requested' },
  voucher_already_published: { status: 400, message: 'Voucher already published' },
  voucher_cannot_be_published: { status: 400, message: 'Voucher cannot be published' },
  voucher_disabled: { status: 400, message: 'voucher is disabled' },
  voucher_expired: { status: 400, message: 'voucher expired' },
  voucher_not_active: { status: 400, message: 'voucher is not active yet' },
  customer_rules_violated: { status: 400, message: 'customer does not match validation rules' },
  invalid_redeemables: { status: 400, message: 'Invalid redeemables' },
  loyalty_card_not_active: { status: 400, message: 'Loyalty card is not active' },
  loyalty_card_points_exceeded: { status: 400, message: 'loyalty card points exceeded' },
  missing_customer: { status: 400, message: 'Missing customer' },
  missing_order_items: { status: 400, message: 'Missing order items' },
  missing_order_items_amount: { status: 400, message: 'Missing applicable order items' },
  missing_param: { status: 400, message: 'Missing required parameter' },
  missing_reward: { status: 400, message: 'Missing reward' },
  multiple_requests: { status: 400, message: 'Multiple requests' },
  order_rules_violated: { status: 400, message: 'order does not match validation rules' },
  promotion_inactive: { status: 400, message: 'Inactive Promotion' },
  promotion_not_active_now: { status: 400, message: 'Promotion not active now' },
  reward_out_of_stock: { status: 400, message: 'Reward is out of stock' },
  redemption_rules_violated: { status: 400, message: 'redemption does not match validation rules' },
  referrer_not_permitted_to_redeem: {
    status: 400,
    message: 'voucher cannot be redeemed by referrer',
  },
  voucher_not_active_now: { status: 400, message: 'voucher not active now' },
  campaign_not_active: { status: 400, message: 'Campaign is not active' },
  campaign_not_allow_auto_join: { status: 400, message: 'Campaign does not allow auto-join' },
  collection_limit_reached: { status: 400, message: 'Collection limit reached' },
  destination_limit_reached: { status: 400, message: 'Destination limit reached' },
  earning_rule_limit_reached: { status: 400, message: 'Earning rule limit reached' },
  filter_limit_reached: { status: 400, message: 'Filter limit reached' },
  mapping_limit_reached: { status: 400, message: 'Mapping limit reached' },
  key_limit_reached: { status: 400, message: 'Key limit reached' },
  segment_limit_reached: { status: 400, message: 'Segment limit reached' },
  webhook_limit_reached: { status: 400, message: 'Webhook limit reached' },
  consent_limit_reached: { status: 400, message: 'Consent limit reached' },
  distribution_limit_reached: { status: 400, message: 'Distribution limit reached' },
  used_incorrect_role: { status: 400, message: 'Used incorrect role' },
  user_not_assigned: { status: 400, message: 'User not assigned' },
  unauthorized: { status: 401, message: 'Unauthorized' },
  forbidden: { status: 403, message: 'Forbidden' },
  integration_api_key_required: { status: 403, message: 'Forbidden' },
  missing_required_permission: { status: 403, message: 'Missing permission' },
  not_found: { status: 404, message: 'Resource not found' },
  method_not_allowed: { status: 405, message: 'HTTP Method Not Allowed' },
  holder_assignement_duplication: {
    status: 409,
    message: 'Customer is already assigned to given redeemable',
  },
  duplicate_found: { status: 409, message: 'Duplicated resource found' },
  branding_exist: { status: 409, message: 'Branding exist' },
  last_application_key: {
    status: 409,
    message: 'A project keeps at least one application key',
  },
  stacking_rules_exist: { status: 409, message: 'Stacking rules exist' },
  last_write_key: { status: 409, message: 'A source keeps at least one write key' },
  payload_too_large: { status: 413, message: 'Payload too large' },
  unsupported_media_type: { status: 415, message: 'Unsupported media type' },
  idempotency_key_reused: { status: 422, message: 'Idempotency key reused' },
  too_many_requests: { status: 429, message: 'Too many requests hit the API too quickly.' },
  internal_error: { status: 500, message: 'Internal Server Error' },
  not_implemented: { status: 501, message: 'Not implemented' },
  unavailable: { status: 503, message: 'Service temporarily unavailable' },
} as const satisfies Record<string, { status: number; message: string }>

export type ApiErrorKey = keyof typeof API_ERRORS

export type ErrorContext = {
  details?: string
  /** Replaces the catalogue's message where the reference words one key in several ways. */
  message?: string
  /** What the author of a validation rule wants to be told when it fails (R-ERR-04). */
  customMessage?: string
  resource?: { type: string; id: string }
  redeemable?: { type: string; id: string }
  cause?: unknown
}

/** A refusal that a caller can act on. Answered with its status and `toErrorBody`. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly key: ApiErrorKey
  readonly status: number
  readonly context: ErrorContext

  constructor(key: ApiErrorKey, context: ErrorContext = {}) {
    super(context.message ?? API_ERRORS[key].message, { cause: context.cause })
    this.key = key
    this.status = API_ERRORS[key].status
    this.context = context
  }
}

/** The error envelope (engine-core §3.1), the same on every API of ours but the Tracking API. */
export type ErrorBody = {
  code: number
  key: string
  message: string
  details?: string
  request_id?: string
  resource_id?: string
  resource_type?: string
  redeemable_type?: string
  redeemable_id?: string
  error?: { message: string }
}

/** The body that answers `error`; `requestId` lets a caller and a log line find each other. */
export function toErrorBody(error: ApiError, requestId: string): ErrorBody {
  const { details, resource, redeemable, customMessage } = error.context
  return {
    code: error.status,
    key: error.key,
    message: error.message,
    ...(details !== undefined && { details }),
    request_id: requestId,
    ...(resource && { resource_id: resource.id, resource_type: resource.type }),
    ...(redeemable && { redeemable_type: redeemable.type, redeemable_id: redeemable.id }),
    ...(customMessage !== undefined && { error: { message: customMessage } }),
  }
}

/** The 404 for a resource that does not exist (or that the caller may not see). */
export const notFound = (type: string, id: string): ApiError =>
  new ApiError('not_found', {
    details: `Cannot find ${type} with id ${id}`,
    resource: { type, id },
  })
