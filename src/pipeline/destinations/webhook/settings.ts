import type { FieldDefinitions } from '../../fields/index.ts'

export const settings: FieldDefinitions = {
  sharedSecret: {
    label: 'Shared Secret',
    description:
      'If set, each request has the header `X-Signature`: the HMAC-SHA1 of its body under this secret, in hexadecimal.',
    type: 'password',
  },
}
