import { type DestinationDefinition, defaultMapping } from '../definition.ts'
import { send } from './send.ts'
import { settings } from './settings.ts'

/**
 * Webhooks (Actions): calls as JSON to an address of one's own, signed if wanted (§11.6). Fields and signature
 * are the published ones; a batch is a list of what its calls would have been, signed as a whole (the
 * published destination signs the first of them only). There is no test request: addresses are said by the mappings, and
 * what a receiver makes of a call is known to nobody else.
 */
export const webhook: DestinationDefinition = {
  slug: 'webhook',
  name: 'Webhooks (Actions)',
  description: 'Sends calls as JSON to any address, as they are or as a mapping shapes them.',
  mode: 'cloud',
  supportedCalls: ['track', 'identify', 'page', 'screen', 'group', 'alias'],
  settings,
  actions: { send },
  presets: [
    // Without an address, which nobody else can know: Quick Setup makes it disabled.
    {
      name: 'Send all events',
      action: 'send',
      trigger: send.defaultTrigger,
      mapping: defaultMapping(send),
    },
  ],
}
