import type { FieldDefinition } from '../../fields/index.ts'
import type { ActionDefinition } from '../definition.ts'
import { eventType } from './event-type-field.ts'
import { toSegmentioRequest } from './to-segmentio-request.ts'

/** A text that a trait of the call fills; null clears it at the engine. */
const fromTrait = (trait: string, label: string, description: string): FieldDefinition => ({
  label,
  description,
  type: 'string',
  allowNull: true,
  default: { '@path': `$.traits.${trait}` },
})

const addressPart = (label: string): FieldDefinition => ({ label, type: 'string', allowNull: true })

export const upsertCustomer: ActionDefinition = {
  // The title begins with a blank, as published.
  title: ' Upsert Customer',
  description: 'Creates the customer of an identify call in the engine, or updates it.',
  defaultTrigger: 'type = "identify"',
  fields: {
    source_id: {
      label: 'Source ID',
      description: 'The `source_id` that identifies the customer in the engine.',
      type: 'string',
      required: true,
      default: { '@path': '$.userId' },
    },
    name: fromTrait('name', 'Name', 'First and last name of the customer.'),
    first_name: fromTrait(
      'first_name',
      'First Name',
      'First name; joined with `last_name` it makes the `name`.',
    ),
    last_name: fromTrait(
      'last_name',
      'Last Name',
      'Last name; joined with `first_name` it makes the `name`.',
    ),
    description: fromTrait('description', 'Description', 'Any text about the customer.'),
    email: fromTrait('email', 'Email Address', 'The e-mail address of the customer.'),
    phone: fromTrait('phone', 'Phone', 'The phone number of the customer.'),
    birthdate: fromTrait(
      'birthdate',
      'Birthdate',
      'The birthdate of the customer, as an ISO 8601 date or date-time.',
    ),
    address: {
      label: 'Address',
      description: 'The address of the customer.',
      type: 'object',
      properties: {
        city: addressPart('City'),
        state: addressPart('State'),
        postal_code: addressPart('Postal Code'),
        street: addressPart('Street'),
        country: addressPart('Country'),
      },
      default: {
        city: { '@path': '$.traits.address.city' },
        state: { '@path': '$.traits.address.state' },
        postal_code: { '@path': '$.traits.address.postal_code' },
        street: { '@path': '$.traits.address.street' },
        country: { '@path': '$.traits.address.country' },
      },
    },
    metadata: {
      label: 'Metadata',
      description: 'Custom attributes of the customer: keys and values in any structure.',
      type: 'object',
      allowNull: true,
      default: { '@path': '$.traits.metadata' },
    },
    type: eventType,
  },
  toRequest: (payload, settings) => toSegmentioRequest('customer', payload, settings),
}
