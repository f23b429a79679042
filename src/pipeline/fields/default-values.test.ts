import { describe, expect, it } from 'vitest'
import { defaultValues } from './default-values.ts'
import type { FieldDefinitions } from './field.ts'

const FIELDS: FieldDefinitions = {
  id: { label: 'ID', type: 'string', default: { '@path': '$.userId' } },
  note: { label: 'Note', type: 'string' },
  address: {
    label: 'Address',
    type: 'object',
    properties: { city: { label: 'City', type: 'string', default: 'Oslo' } },
    default: { zip: { '@path': '$.traits.zip' } },
  },
  place: {
    label: 'Place',
    type: 'object',
    properties: { city: { label: 'City', type: 'string', default: 'Oslo' } },
  },
  enable_batching: { label: 'Batch', type: 'boolean', default: false, unsafe_hidden: true },
  nothing: { label: 'Nothing', type: 'string', default: null },
}

describe('defaultValues', () => {
  it('takes the default of every field that declares one, hidden fields too (§6.9.3)', () => {
    expect(defaultValues(FIELDS)).toStrictEqual({
      id: { '@path': '$.userId' },
      address: { zip: { '@path': '$.traits.zip' } },
      enable_batching: false,
      nothing: null,
    })
  })

  it('gives copies', () => {
    expect(defaultValues(FIELDS)['address']).not.toBe(FIELDS['address']?.default)
  })
})
