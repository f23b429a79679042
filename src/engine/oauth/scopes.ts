const SERVER_SCOPES = [
  'vouchers',
  'campaigns',
  'promotions',
  'exports',
  'publications',
  'validations',
  'qualifications',
  'redemptions',
  'customers',
  'orders',
  'products',
  'skus',
  'validation-rules',
  'validation-rules-assignments',
  'segments',
  'events',
  'rewards',
  'assets',
  'task-results',
  'loyalties',
  'consents',
  'async-actions',
  'product-collections',
  'categories',
  'metadata-schemas',
  'locations',
  'referrals',
  'trash-bin',
  'templates',
]
const CLIENT_SCOPES = [
  'client_vouchers',
  'client_promotions',
  'client_publish',
  'client_validate',
  'client_validations',
  'client_qualifications',
  'client_redeem',
  'client_redemptions',
  'client_customers',
  'client_events',
  'client_consents',
]

/** All of the server API, and all of the client-side API. */
export const ALL_OF = { server: 'api', client: 'client_api' } as const

/** Every scope that a token may have (R-OAUTH-02). */
export const SCOPES: ReadonlySet<string> = new Set([
  ...Object.values(ALL_OF),
  ...SERVER_SCOPES,
  ...CLIENT_SCOPES,
])
