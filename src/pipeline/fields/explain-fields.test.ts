import { describe, expect, it } from 'vitest'
import { explainFields } from './explain-fields.ts'
import type { FieldDefinitions } from './field.ts'

const FIELDS: FieldDefinitions = {
  customer: {
    label: 'Customer Object',
    type: 'object',
    required: true,
    properties: { source_id: { label: 'Source ID', type: 'string', required: true } },
  },
  tags: { label: 'Tags', type: 'string', multiple: true, choices: ['a', 'b'] },
  total: { label: 'Total', type: 'number', minimum: 0, allowNull: true },
}

describe('explainFields', () => {
  it('tells of each field what it expects, what it got and what is wrong with it', () => {
    const payload = { customer: { email: 'e@x.co' }, tags: ['a', 'c'], total: -1, extra: 1 }
    expect(explainFields(FIELDS, payload)).toEqual({
      what: 'payload',
      passed: false,
      parts: [
        {
          what: 'customer',
          passed: false,
          expected: 'object, required',
          actual: { email: 'e@x.co' },
          parts: [
            {
              what: 'source_id',
              passed: false,
              expected: 'string, required',
              message: "Customer Object is missing the required field 'source_id'.",
            },
            {
              what: 'email',
              passed: true,
              actual: 'e@x.co',
              message: 'is not among the fields, so it is left out',
            },
          ],
        },
        {
          what: 'tags',
          passed: false,
          expected: 'list of string, one of "a" or "b"',
          actual: ['a', 'c'],
          parts: [
            { what: '0', passed: true, expected: 'string, one of "a" or "b"', actual: 'a' },
            {
              what: '1',
              passed: false,
              expected: 'string, one of "a" or "b"',
              actual: 'c',
              message: 'The value at /tags/1 must be one of: "a" or "b".',
            },
          ],
        },
        {
          what: 'total',
          passed: false,
          expected: 'number or null, at least 0',
          actual: -1,
          message: 'Total must be equal to or greater than 0.',
        },
        {
          what: 'extra',
          passed: true,
          actual: 1,
          message: 'is not among the fields, so it is left out',
        },
      ],
    })
  })

  it('tells of what is not there when a condition asks for it', () => {
    const fields: FieldDefinitions = {
      op: { label: 'Operation', type: 'string' },
      name: {
        label: 'Name',
        type: 'string',
        required: { conditions: [{ fieldKey: 'op', operator: 'is', value: 'create' }] },
      },
    }
    expect(explainFields(fields, { op: 'create' }).parts?.[1]).toEqual({
      what: 'name',
      passed: false,
      expected: 'string',
      message: "The root value is missing the required field 'name'.",
    })
  })

  it('says of a payload that is no object just that', () => {
    expect(explainFields(FIELDS, 'x')).toEqual({
      what: 'payload',
      passed: false,
      message: 'The root value must be an object but it was a string.',
      parts: [],
    })
  })
})
