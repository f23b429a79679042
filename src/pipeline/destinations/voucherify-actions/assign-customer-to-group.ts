import type { ActionDefinition } from '../definition.ts'
import { customerField } from './customer-field.ts'
import { eventType } from './event-type-field.ts'
import { toSegmentioRequest } from './to-segmentio-request.ts'

export const assignCustomerToGroup: ActionDefinition = {
  title: 'Assign customer to group',
  description: 'Assigns a group and its traits to the customer.',
  defaultTrigger: 'type = "group"',
  fields: {
    // The e-mail address is at the top level of the call, not in a trait: as published (§12.2).
    customer: customerField('The customer who joins the group.', { '@path': '$.email' }),
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
