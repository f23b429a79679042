import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toStorableText } from '../../kernel/storable.ts'
import { callOfQuery, PIXEL } from './pixel.ts'
import { readBody } from './read-body.ts'
import { keyOfBody, keyOfHeader } from './read-write-key.ts'
import { toStorableJson } from './to-storable-json.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

describe('keyOfHeader', () => {
  it.each<[string | undefined, string | undefined]>([
    [`Basic ${base64('WK:')}`, 'WK'],
    [`Basic ${base64('WK')}`, 'WK'],
    [`basic ${base64('WK:password')}`, 'WK'],
    [`Basic ${base64(':')}`, undefined],
    ['Bearer WK', undefined],
    ['Basic', undefined],
    [undefined, undefined],
  ])('reads %s as %s (§1.2)', (header, key) => {
    expect(keyOfHeader(header)).toBe(key)
  })
})

describe('keyOfBody', () => {
  it.each<[Record<string, unknown>, string | undefined]>([
    [{ writeKey: 'WK' }, 'WK'],
    [{ writeKey: 'WK', batch: [{ writeKey: 'OTHER' }] }, 'WK'],
    [{ batch: [{}, { writeKey: 'WK' }] }, 'WK'],
    [{ batch: [null, 5] }, undefined],
    [{ writeKey: '' }, undefined],
    [{ writeKey: 5 }, undefined],
    [{}, undefined],
  ])('reads %j as %s (§1.2)', (body, key) => {
    expect(keyOfBody(body)).toBe(key)
  })
})

describe('readBody', () => {
  const read = (raw: Buffer, encoding?: string) => readBody(raw, encoding, 100)
  const plain = Buffer.from('{"a":1}')

  it('reads JSON, also behind a byte order mark and gzipped (§1.4)', async () => {
    const expected = { ok: true, body: { a: 1 } }
    expect(await read(plain)).toMatchObject(expected)
    expect(await read(Buffer.from('\uFEFF{"a":1}'))).toMatchObject(expected)
    expect(await read(gzipSync(plain), 'gzip')).toMatchObject(expected)
    expect(await read(gzipSync(plain), ' GZIP ')).toMatchObject(expected)
    expect(await read(plain, 'identity')).toMatchObject(expected)
  })

  it.each([
    ['nothing', Buffer.alloc(0), undefined, 'malformed JSON'],
    ['what is no JSON', Buffer.from('a=1'), undefined, 'malformed JSON'],
    ['a list', Buffer.from('[]'), undefined, 'malformed JSON'],
    ['null', Buffer.from('null'), undefined, 'malformed JSON'],
    ['too much', Buffer.alloc(101, ' '), undefined, 'exceeds'],
    ['too much behind compression', gzipSync(Buffer.alloc(10_000, ' ')), 'gzip', 'exceeds'],
    ['what is no gzip', plain, 'gzip', 'malformed gzip'],
    ['another encoding', plain, 'br', 'not supported'],
  ])('refuses %s with a reason (§1.4, §1.5)', async (_what, raw, encoding, message) => {
    expect(await read(raw, encoding)).toEqual({
      ok: false,
      message: expect.stringContaining(message),
    })
  })
})

describe('callOfQuery', () => {
  const call = { event: 'Opened', userId: 'ü', properties: { total: 9 } }
  const data = base64(JSON.stringify(call))

  it('reads base64 of either alphabet, with or without padding (§1.12)', () => {
    expect(callOfQuery({ data })).toEqual(call)
    expect(callOfQuery({ data: Buffer.from(JSON.stringify(call)).toString('base64url') })).toEqual(
      call,
    )
    const plus = base64('{"a":"~~~>>>"}')
    expect(plus).toContain('+')
    expect(callOfQuery({ data: plus.replaceAll('+', ' ') })).toEqual({ a: '~~~>>>' })
  })

  it('reads dotted parameters as texts, level by level (§1.12)', () => {
    expect(
      callOfQuery({ userId: 'u', 'properties.total': '9', 'context.page.url': 'https://x' }),
    ).toEqual({ userId: 'u', properties: { total: '9' }, context: { page: { url: 'https://x' } } })
  })

  it('has nothing to say about data that cannot be read', () => {
    for (const unreadable of ['', '%%%', base64('5'), base64('{')])
      expect(callOfQuery({ data: unreadable })).toBeUndefined()
  })

  it('reaches no prototype, whatever the parameters are called', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc
            .array(fc.constantFrom('__proto__', 'constructor', 'prototype', 'a'), { minLength: 1 })
            .map((names) => names.join('.')),
          fc.constant('polluted'),
        ),
        (query) => {
          callOfQuery(query)
          expect(({} as { a?: unknown }).a).toBeUndefined()
          expect((Object as { a?: unknown }).a).toBeUndefined()
        },
      ),
    )
  })

  it('answers with a GIF of 43 bytes (§1.12)', () => {
    expect(PIXEL).toHaveLength(43)
    expect(PIXEL.toString('latin1').slice(0, 6)).toBe('GIF89a')
  })
})

describe('toStorableJson', () => {
  it('changes nothing but what PostgreSQL cannot keep', () => {
    const event = { 'a\0b': ['\uD800', '🙂', '\\u0000', { deep: 'x\0' }] }
    expect(toStorableJson(event).event).toEqual({
      'a\uFFFDb': ['\uFFFD', '🙂', '\\u0000', { deep: 'x\uFFFD' }],
    })
    expect(toStorableText('a\0\uDC00')).toBe('a\uFFFD\uFFFD')
  })

  it('yields one line that says the event it returns, free of NUL and lone surrogates', () => {
    fc.assert(
      fc.property(fc.object({ key: fc.string({ unit: 'binary' }) }), (object) => {
        const { event, body } = toStorableJson(object)
        expect(body).not.toMatch(/[\n\0]/)
        expect(JSON.parse(body)).toEqual(JSON.parse(JSON.stringify(event)))
        expect(JSON.stringify(JSON.parse(body))).not.toMatch(/\\ud[89a-f]|\p{Surrogate}/u)
      }),
    )
  })
})
