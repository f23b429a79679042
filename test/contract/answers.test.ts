import { describe, expect, it } from 'vitest'
import { createAnswerContract, readAnswerContract } from '../support/answer-contract.ts'
import { createSchemaCheck, type Schema } from '../support/answer-schema.ts'

const schemas: Record<string, Schema> = {
  Voucher: {
    type: 'object',
    required: ['code'],
    properties: {
      code: { type: 'string' },
      metadata: { type: 'object' },
      benefit: {
        oneOf: [{ $ref: '#/components/schemas/Gift' }, { $ref: '#/components/schemas/Discount' }],
      },
    },
  },
  Gift: { type: 'object', properties: { type: { enum: ['GIFT'] }, amount: { type: 'integer' } } },
  Discount: {
    type: 'object',
    properties: { type: { enum: ['DISCOUNT'] }, off: { type: 'number' } },
  },
  Listed: {
    allOf: [
      { $ref: '#/components/schemas/Voucher' },
      { properties: { note: { type: 'string' } }, required: ['note'] },
    ],
  },
}
const check = createSchemaCheck(schemas)
const told = (name: string, value: unknown) =>
  check({ $ref: `#/components/schemas/${name}` }, value).map(({ at, kind }) => `${at} ${kind}`)

describe('the check of a schema', () => {
  it('takes what fits, null for anything, and any key where none is named', () => {
    expect(told('Voucher', { code: 'A', metadata: { any: 1 }, benefit: null })).toEqual([])
    expect(told('Listed', { code: 'A', note: 'B' })).toEqual([])
  })

  it('names unknown keys and missing ones by their path', () => {
    expect(told('Voucher', { coed: 'A' })).toEqual(['.code missing', '.coed unknown'])
    const list = { type: 'array', items: { $ref: '#/components/schemas/Listed' } }
    const values = [{ code: 'A', note: 'B', extra: 1 }, { code: 'A' }]
    expect(check(list, values).map(({ at }) => at)).toEqual(['[].extra', '[].note'])
  })

  it('compares with the alternative that was meant', () => {
    expect(told('Voucher', { code: 'A', benefit: { type: 'GIFT', off: 1 } })).toEqual([
      '.benefit.off unknown',
    ])
    expect(told('Voucher', { code: 'A', benefit: { type: 'DISCOUNT', off: '1' } })).toEqual([
      '.benefit.off type',
    ])
  })
})

describe('the contract of answers', () => {
  const { check: checkAnswer } = createAnswerContract({
    paths: {
      '/v1/vouchers/{code}': { get: toOperation({ $ref: '#/components/schemas/Voucher' }) },
      '/v1/vouchers/qualification': { get: toOperation({ type: 'array' }) },
    },
    components: { schemas },
  })

  it('finds the operation of a path, a word before a parameter', () => {
    const answer = { method: 'GET', status: 200, body: {} }
    expect(checkAnswer({ ...answer, url: '/v1/vouchers/A%2F1/?x=1' })).toEqual([
      { operation: 'GET /v1/vouchers/{code} 200', at: '.code', kind: 'missing' },
    ])
    expect(checkAnswer({ ...answer, url: '/v1/vouchers/qualification' })).toEqual([
      { operation: 'GET /v1/vouchers/qualification 200', at: '', kind: 'type' },
    ])
  })

  it('says nothing of what the document does not describe', () => {
    const body = { any: 1 }
    expect(checkAnswer({ method: 'GET', url: '/v1/vouchers/A', status: 404, body })).toEqual([])
    expect(checkAnswer({ method: 'POST', url: '/v1/vouchers/A', status: 200, body })).toEqual([])
    expect(checkAnswer({ method: 'GET', url: '/v1/elsewhere', status: 200, body })).toEqual([])
  })

  it.skipIf(readAnswerContract() === undefined)("is the reference's", () => {
    const answer = { method: 'GET', url: '/v1/vouchers/A', status: 200 }
    const contract = readAnswerContract()
    expect(contract?.check({ ...answer, body: { never_heard_of: 1 } })).toContainEqual({
      operation: 'GET /v1/vouchers/{code} 200',
      at: '.never_heard_of',
      kind: 'unknown',
    })
  })
})

function toOperation(schema: Schema) {
  return { responses: { 200: { content: { 'application/json': { schema } } } } }
}
