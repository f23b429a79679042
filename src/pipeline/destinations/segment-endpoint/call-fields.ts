import type { FieldDefinition, FieldDefinitions } from '../../fields/index.ts'

/** A member of the call that goes out, filled from the same one of the call that came in. */
export const member = (
  key: string,
  type: 'string' | 'object' | 'datetime',
  { label, ...rest }: Omit<FieldDefinition, 'type' | 'default'>,
): FieldDefinitions => ({ [key]: { label, type, default: { '@path': `$.${key}` }, ...rest } })

/** Who does it: one of the two ids is needed (§1.7). */
export const caller: FieldDefinitions = {
  ...member('userId', 'string', {
    label: 'User ID',
    description: 'The id of the user. It or an Anonymous ID is required.',
  }),
  ...member('anonymousId', 'string', {
    label: 'Anonymous ID',
    description: 'The id of somebody not known yet. It or a User ID is required.',
    required: { conditions: [{ fieldKey: 'userId', operator: 'is' }] },
  }),
}

/** How many characters an id of a call may have (§1.5). */
const MESSAGE_ID_LENGTH_MAX = 99

/** What calls of every type have. */
export const common: FieldDefinitions = {
  ...member('context', 'object', {
    label: 'Context',
    description:
      'Everything else that is known about the call: page, device, campaign, IP address.',
  }),
  ...member('integrations', 'object', {
    label: 'Integrations',
    description: 'To which destinations the other side sends the call on.',
  }),
  ...member('timestamp', 'datetime', {
    label: 'Timestamp',
    description: 'When it happened.',
  }),
  // Required, because without it nobody could tell a repeated attempt, or a call that went in a circle, from a
  // new call (§1.15).
  ...member('messageId', 'string', {
    label: 'Message ID',
    description:
      'The id of the call. The other side keeps one call of each id, so mappings that make several calls of one need an id for each.',
    required: true,
    maximum: MESSAGE_ID_LENGTH_MAX,
  }),
}

export const properties = member('properties', 'object', {
  label: 'Properties',
  description: 'What there is to know about it.',
})

/** Of a page or a screen. */
export const nameAndCategory = (thing: string): FieldDefinitions => ({
  ...member('name', 'string', { label: 'Name', description: `The name of the ${thing}.` }),
  ...member('category', 'string', {
    label: 'Category',
    description: `The category of the ${thing}.`,
  }),
})

export const traits = (thing: string): FieldDefinitions =>
  member('traits', 'object', {
    label: 'Traits',
    description: `What there is to know about the ${thing}.`,
  })
