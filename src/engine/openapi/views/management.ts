import type { BodySchema } from '../../api/index.ts'
import { FLAG, is, listOf, OPEN, oneOf, orNull, ref, shape, TEXT, TIME } from './schema.ts'

const KEY = shape({ app_id: TEXT, app_token: TEXT })

const PROJECT = {
  id: TEXT,
  name: TEXT,
  description: orNull(TEXT),
  currency: orNull(TEXT),
  timezone: TEXT,
  dial_code: orNull(TEXT),
  cluster_id: TEXT,
  api_version: TEXT,
  case_sensitive_codes: FLAG,
  client_trusted_domains: listOf(TEXT),
  client_redeem_enabled: FLAG,
  client_publish_enabled: FLAG,
  client_list_vouchers_enabled: FLAG,
  client_create_customer_enabled: FLAG,
  client_loyalty_events_enabled: FLAG,
  client_set_voucher_expiration_date_enabled: FLAG,
  api_usage_notifications: OPEN,
  webhooks_callout_notifications: OPEN,
  is_sandbox: FLAG,
  webhook_version: TEXT,
  webhook_token: { type: 'null' },
  'default_code_config?': shape({ charset: TEXT }),
}

const CREATED = listOf(shape({ id: TEXT, object: is('validation_rules') }))

export const MANAGEMENT_VIEWS: Readonly<Record<string, BodySchema>> = {
  Project: shape(PROJECT),
  NewProject: shape({
    ...PROJECT,
    server_side_key: KEY,
    client_side_key: KEY,
    admin_token: { ...TEXT, description: 'Opens our own management API for this project.' },
  }),
  User: shape({
    id: TEXT,
    login: TEXT,
    email: TEXT,
    first_name: orNull(TEXT),
    last_name: orNull(TEXT),
    projects: { ...OPEN, description: 'Roles by the ids of projects.' },
    is_owner: FLAG,
  }),
  Branding: shape({
    id: TEXT,
    brand: shape({
      name: TEXT,
      privacy_policy_url: orNull(TEXT),
      terms_of_use_url: orNull(TEXT),
      permission_reminder: TEXT,
      website_url: orNull(TEXT),
    }),
    address: shape({
      street: TEXT,
      city: TEXT,
      postal: orNull(TEXT),
      state: orNull(TEXT),
      country: TEXT,
    }),
    contact: shape({ email: TEXT, phone: orNull(TEXT) }),
  }),
  CampaignTemplate: shape({
    id: TEXT,
    name: TEXT,
    'description?': TEXT,
    campaign_type: oneOf('DISCOUNT_COUPONS', 'GIFT_VOUCHERS'),
    created_at: TIME,
    'updated_at?': TIME,
    'json_template?': OPEN,
    object: is('campaign_template'),
  }),
  CampaignSetup: shape({
    created_resources: CREATED,
    campaign: ref('Campaign'),
    object: is('campaign_setup'),
  }),
  TierSetup: shape({
    created_resources: CREATED,
    promotion_tier: ref('PromotionTier'),
    object: is('promotion_tier_setup'),
  }),
}
