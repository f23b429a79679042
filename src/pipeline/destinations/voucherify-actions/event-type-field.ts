import type { FieldDefinition } from '../../fields/index.ts'

/** The same in every action: the engine handles calls by their type. */
export const eventType: FieldDefinition = {
  label: 'Event Type',
  description: 'The type of the call: identify, track, page, screen or group.',
  type: 'string',
  required: true,
  default: { '@path': '$.type' },
}
