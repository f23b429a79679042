import { z } from 'zod'
import { LIMITS } from '../../platform/limits.ts'
import type { ClientSettings } from './client-settings.repo.ts'

const DOMAIN = /^(\*|(https?:\/\/|\*\.)?[a-z0-9._-]+(:\d+)?\/?)$/i

/** Whether `text` names pages that may call. */
export const isTrustedDomain = (text: string): boolean =>
  text.length <= LIMITS.nameLengthMax && DOMAIN.test(text)

const trustedDomains = z
  .array(z.string().max(LIMITS.nameLengthMax).regex(DOMAIN))
  .max(LIMITS.trustedDomainsMax)
  .describe(
    'Which pages may call: `shop.example.com`, `https://shop.example.com`, `*.example.com`, or `*` for all.',
  )

const SETTINGS = {
  client_trusted_domains: trustedDomains,
  client_redeem_enabled: z.boolean().describe('Redemptions.'),
  client_publish_enabled: z.boolean().describe('Publications.'),
  client_list_vouchers_enabled: z.boolean().describe('Lists of vouchers.'),
  client_create_customer_enabled: z.boolean().describe('New customers.'),
  client_set_voucher_expiration_date_enabled: z.boolean().describe('Expiration dates of vouchers.'),
  client_loyalty_events_enabled: z.boolean().describe('Custom events.'),
}

export const CLIENT_SETTINGS_VIEW = z.object(SETTINGS).meta({
  id: 'ClientSettings',
  description:
    'What the keys of the client-side API, which stand in web pages, open. Validations are always open.',
})

/** What is left out stays as it is. */
export const CLIENT_SETTINGS_CHANGES = z.strictObject({
  client_trusted_domains: SETTINGS.client_trusted_domains.optional(),
  client_redeem_enabled: SETTINGS.client_redeem_enabled.optional(),
  client_publish_enabled: SETTINGS.client_publish_enabled.optional(),
  client_list_vouchers_enabled: SETTINGS.client_list_vouchers_enabled.optional(),
  client_create_customer_enabled: SETTINGS.client_create_customer_enabled.optional(),
  client_set_voucher_expiration_date_enabled:
    SETTINGS.client_set_voucher_expiration_date_enabled.optional(),
  client_loyalty_events_enabled: SETTINGS.client_loyalty_events_enabled.optional(),
})

export const toClientSettingsView = (
  settings: ClientSettings,
): z.infer<typeof CLIENT_SETTINGS_VIEW> => ({
  client_trusted_domains: [...settings.trustedDomains],
  client_redeem_enabled: settings.canRedeem,
  client_publish_enabled: settings.canPublish,
  client_list_vouchers_enabled: settings.canListVouchers,
  client_create_customer_enabled: settings.canCreateCustomers,
  client_set_voucher_expiration_date_enabled: settings.canSetVoucherExpirationDate,
  client_loyalty_events_enabled: settings.canTrackEvents,
})

/** `settings` with the changes that a caller wishes. */
export const toChangedSettings = (
  settings: ClientSettings,
  changes: z.infer<typeof CLIENT_SETTINGS_CHANGES>,
): ClientSettings => ({
  trustedDomains: changes.client_trusted_domains ?? settings.trustedDomains,
  canRedeem: changes.client_redeem_enabled ?? settings.canRedeem,
  canPublish: changes.client_publish_enabled ?? settings.canPublish,
  canListVouchers: changes.client_list_vouchers_enabled ?? settings.canListVouchers,
  canCreateCustomers: changes.client_create_customer_enabled ?? settings.canCreateCustomers,
  canSetVoucherExpirationDate:
    changes.client_set_voucher_expiration_date_enabled ?? settings.canSetVoucherExpirationDate,
  canTrackEvents: changes.client_loyalty_events_enabled ?? settings.canTrackEvents,
})
