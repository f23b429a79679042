import type { ActionDefinition } from '../definition.ts'
import { eventType } from './event-type-field.ts'
import { toSegmentioRequest } from './to-segmentio-request.ts'

export const assignCustomerToGroup: ActionDefinition = {
  title: 'Assign customer to group',
  description: 'Assigns a group and its traits to the customer.',
  defaultTrigger: 'type = "group"',
  fields: {
    customer: {
      label: 'Customer Object',
      description: 'The customer who joins the group.',
      type: 'object',
      required: true,
      properties: {
        source_id: {
          label: 'Source ID',
          description: 'The `source_id` that identifies the customer in the engine.',
          type: 'string',
          required: true,
        },
        email: {
          label: 'Email',
          description: 'The e-mail address of the customer.',
          type: 'string',
        },
      },
      default: {
        source_id: { '@path': '$.userId' },
        // At the top level of the call, not in a trait: as published (§12.2).
        email: { '@path': '$.email' },
      },
    },
    group_id: {
      label: 'Group ID',
      description: 'The id of the group that the customer belongs to.',
      type: 'string',
      required: true,
      default: { '@path': '$.groupId' },
    },
    traits: {
      label: 'Group Traits',
      description: "Traits of the group, which are stored in the customer's metadata.",
      type: 'object',
      default: { '@path': '$.traits' },
    },
    type: eventType,
  },
  toRequest: (payload, settings) => toSegmentioRequest('group', payload, settings),
}
