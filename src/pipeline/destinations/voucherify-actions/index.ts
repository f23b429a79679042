import type { DestinationDefinition } from '../definition.ts'
import { addCustomEvent } from './add-custom-event.ts'
import { assignCustomerToGroup } from './assign-customer-to-group.ts'
import { presets } from './presets.ts'
import { rules, settingsHint } from './settings.ts'
import { toTestRequest } from './to-segmentio-request.ts'
import { upsertCustomer } from './upsert-customer.ts'

/**
 * Voucherify (Actions): customers, custom events and groups for an engine that speaks Voucherify's side of
 * wire A, ours or the cloud (§12.2). The definition is the published one; presets.ts adds a sixth preset.
 */
export const voucherifyActions: DestinationDefinition = {
  slug: 'voucherify-actions',
  name: 'Voucherify (Actions)',
  description:
    'Sends customer data to a promotion engine: customers, custom events, groups and audiences.',
  mode: 'cloud',
  supportedCalls: ['page', 'alias', 'group', 'identify', 'track', 'screen'],
  ...rules,
  settingsHint,
  toTestRequest,
  actions: { upsertCustomer, addCustomEvent, assignCustomerToGroup },
  presets,
}
