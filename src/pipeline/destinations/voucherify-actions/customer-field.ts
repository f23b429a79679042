import type { Json } from '../../../kernel/json.ts'
import type { ActionDefinition } from '../definition.ts'

/** The field that names the customer of a call; `email` is where the e-mail address is looked for by default. */
export const customerField = (
  description: string,
  email: Json,
): ActionDefinition['fields'][string] => ({
  label: 'Customer Object',
  description,
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
  default: { source_id: { '@path': '$.userId' }, email },
})
