import { Ajv } from 'ajv'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fieldsAndPayloads, withoutConditions } from './arbitrary-fields.fixture.ts'
import { compileFields } from './compile-fields.ts'
import type { FieldDefinitions } from './field.ts'
import { findFormat } from './formats.ts'
import { toJsonSchema } from './to-json-schema.ts'

const FORMATS = [
  ...['date', 'time', 'date-time', 'date-like', 'email', 'hostname', 'ipv4', 'ipv6', 'uri'],
  ...['uri-reference', 'uuid', 'regex', 'text', 'password'],
]

const ajv = new Ajv({ strict: false })
for (const name of FORMATS) ajv.addFormat(name, findFormat(name)?.accepts ?? true)

describe('toJsonSchema', () => {
  it('describes fields as draft 7 does', () => {
    const fields: FieldDefinitions = {
      id: { label: 'ID', description: 'Who', type: 'string', required: true, maximum: 0 },
      at: { label: 'At', type: 'datetime', allowNull: true, default: { '@path': '$.timestamp' } },
      tags: { label: 'Tags', type: 'text', multiple: true, choices: ['a'], allowNull: true },
      o: {
        label: 'O',
        type: 'object',
        allowNull: true,
        additionalProperties: true,
        properties: { n: { label: 'N', type: 'integer', minimum: 1, required: true } },
      },
    }
    expect(toJsonSchema(fields)).toEqual({
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      additionalProperties: false,
      required: ['id'],
      properties: {
        id: { title: 'ID', description: 'Who', type: 'string', maxLength: 0 },
        at: {
          title: 'At',
          type: ['string', 'number', 'null'],
          format: 'date-like',
          default: { '@path': '$.timestamp' },
        },
        tags: {
          title: 'Tags',
          type: ['array', 'null'],
          items: { type: 'string', enum: ['a'] },
        },
        o: {
          title: 'O',
          type: ['object', 'null'],
          additionalProperties: true,
          required: ['n'],
          properties: { n: { title: 'N', type: 'integer', minimum: 1 } },
        },
      },
    })
  })

  it('accepts every value that compileFields makes', () => {
    const cases = fieldsAndPayloads({ isOurs: true, hasConditions: false }, 20)
    fc.assert(
      fc.property(cases, ({ fields, payloads }) => {
        const validate = ajv.compile(toJsonSchema(fields))
        const check = compileFields(fields)
        for (const payload of payloads) {
          const result = check(payload)
          if (result.ok) expect(validate(result.value), JSON.stringify(validate.errors)).toBe(true)
        }
      }),
      { numRuns: 30 },
    )
  })

  it('requires what compileFields requires under conditions (§5.3)', () => {
    const cases = fieldsAndPayloads({ isOurs: true, hasConditions: true }, 20)
    fc.assert(
      fc.property(cases, ({ fields, payloads }) => {
        const validate = ajv.compile(toJsonSchema(fields))
        const [check, checkRest] = [compileFields(fields), compileFields(withoutConditions(fields))]
        // A payload that nothing is done to, and in which only conditions can find fault.
        const isGood = (payload: object): boolean => {
          const result = checkRest(payload)
          return result.ok && result.value === payload
        }
        for (const payload of payloads.filter(isGood))
          expect(validate(payload), JSON.stringify(payload)).toBe(check(payload).ok)
      }),
      { numRuns: 30 },
    )
  })
})
