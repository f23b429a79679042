import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { toSentence } from './to-sentence.ts'

function sentenceFor(schema: z.ZodType, value: unknown): string {
  const [issue] = schema.safeParse(value, { reportInput: true }).error?.issues ?? []
  if (!issue) throw new Error('the value is valid')
  return toSentence(issue, 'Payload')
}

const kinds = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('a'), size: z.number() }),
  z.object({ kind: z.literal('b') }),
])

describe('toSentence', () => {
  it.each<[z.ZodType, unknown, string]>([
    [z.object({}), 'text', 'Payload must be object'],
    [z.object({ a: z.string() }), {}, "Payload should have required property 'a'"],
    [z.object({ a: z.enum(['x', 'y']) }), {}, "Payload should have required property 'a'"],
    [
      z.object({ a: z.object({ b: z.int() }) }),
      { a: {} },
      "Property .a should have required property 'b'",
    ],
    [z.object({ a: z.int() }), { a: 1.5 }, 'Property .a must be integer'],
    [z.object({ a: z.coerce.number() }), { a: 'x' }, 'Property .a must be number'],
    [z.record(z.string(), z.boolean()), { a: 1 }, 'Property .a must be boolean'],
    [z.object({ a: z.record(z.string(), z.null()) }), { a: 1 }, 'Property .a must be object'],
    [z.array(z.string()), ['x', 2], 'Property [1] must be string'],
    [z.array(z.string()).max(1), ['x', 'y'], 'Payload should have at most 1 items'],
    [z.object({ a: z.number().min(3) }), { a: 2 }, 'Property .a should be at least 3'],
    [z.object({ a: z.string().regex(/^x$/) }), { a: 'y' }, 'Property .a should match /^x$/'],
    [z.object({ a: z.url() }), { a: 'y' }, 'Property .a should be a valid url'],
    [
      z.object({ a: z.literal('x') }),
      { a: 'y' },
      'Property .a should be equal to one of the allowed values: x',
    ],
    [
      z.object({ a: z.string().refine(() => false, 'should rhyme') }),
      { a: 'y' },
      'Property .a should rhyme',
    ],
    [z.object({ a: z.number().multipleOf(2) }), { a: 3 }, 'Property .a is not valid'],
  ])('names the field and what it should be: %#', (schema, value, sentence) => {
    expect(sentenceFor(schema, value)).toBe(sentence)
  })

  it.each<[z.ZodType, unknown, string]>([
    [z.union([z.string(), z.number()]), true, 'Payload must be string or number'],
    [z.union([z.string(), z.literal(1)]), true, 'Payload is not valid'],
    [kinds, { kind: 'c' }, 'Property .kind should be equal to one of the allowed values: a, b'],
    [kinds, { kind: 'a' }, "Payload should have required property 'size'"],
  ])('complains of the alternative that fits best: %#', (schema, value, sentence) => {
    expect(sentenceFor(schema, value)).toBe(sentence)
  })

  it('complains of what lies deepest in the alternatives', () => {
    const schema = z.object({ a: z.union([z.string(), z.object({ b: z.number() })]) })
    expect(sentenceFor(schema, { a: {} })).toBe("Property .a should have required property 'b'")
  })
})
