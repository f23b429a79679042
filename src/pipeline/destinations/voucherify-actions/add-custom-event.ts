import type { Json } from '../../../kernel/json.ts'
import type { ActionDefinition } from '../definition.ts'
import { customerField } from './customer-field.ts'
import { eventType } from './event-type-field.ts'
import { toSegmentioRequest } from './to-segmentio-request.ts'

/** The value at `path` where there is one, else the value at `otherwise`. */
const firstOf = (path: string, otherwise: string): Json => {
  const value = { '@path': path }
  // biome-ignore lint/suspicious/noThenProperty: the directive has this word for it.
  return { '@if': { exists: value, then: value, else: { '@path': otherwise } } }
}

export const addCustomEvent: ActionDefinition = {
  title: 'Add custom event',
  description: 'Saves a track, page or screen call as a custom event in the engine.',
  defaultTrigger: 'type = "track" or type = "page" or type = "screen"',
  fields: {
    customer: customerField(
      'The customer whose event it is.',
      firstOf('$.properties.email', '$.context.traits.email'),
    ),
    referral: {
      label: 'Referral Object',
      description:
        'The referral code that the event converts, where a custom event is the conversion event of a referral program.',
      type: 'object',
      properties: {
        code: { label: 'code', type: 'string' },
        referrer_id: { label: 'referrer_id', type: 'string' },
      },
      default: {
        code: { '@path': '$.properties.referral.code' },
        referrer_id: { '@path': '$.properties.referral.referrer_id' },
      },
    },
    loyalty: {
      label: 'Loyalty Object',
      description:
        'The loyalty card that the event counts for, where an earning rule of a loyalty program is based on a custom event.',
      type: 'object',
      properties: { code: { label: 'code', type: 'string' } },
      default: { code: { '@path': '$.properties.loyalty.code' } },
    },
    metadata: {
      label: 'Track Event Metadata',
      description:
        'Custom attributes of the event: keys and values in any structure. Where the project has a schema for this event, it says which are stored.',
      type: 'object',
      default: { '@path': '$.properties.metadata' },
    },
    event: {
      label: 'Event Name',
      description: 'The name under which the custom event is saved.',
      type: 'string',
      default: firstOf('$.event', '$.name'),
    },
    type: eventType,
  },
  toRequest: (payload, settings) => toSegmentioRequest('event', payload, settings),
}
