import { describe, expect, it } from 'vitest'
import { compileFields } from './compile-fields.ts'
import type { FieldDefinition, FieldDefinitions } from './field.ts'
import { SPEC_ROWS } from './spec-rows.fixture.ts'

const NAMED = SPEC_ROWS.map(
  ([field, fields, payload, outcome]) =>
    [`${field} ← ${JSON.stringify(payload)}`, fields, payload, outcome] as const,
)

const text = (label: string): FieldDefinition => ({ label, type: 'string' })
const anObject = (properties: FieldDefinitions): FieldDefinition => ({
  label: 'O',
  type: 'object',
  properties,
})
const when = (
  ...conditions: { fieldKey: string; operator: 'is' | 'is_not'; value?: string | null }[]
): Pick<FieldDefinition, 'required'> => ({ required: { conditions } })

describe('compileFields', () => {
  it.each(NAMED)('does what §5.6 says: %s', (_row, fields, payload, outcome) => {
    const result = compileFields(fields)(payload)
    if (typeof outcome === 'string')
      expect(result.ok ? result.value : result.errors.join(' ')).toBe(outcome)
    else expect(result).toStrictEqual({ ok: true, value: outcome })
  })

  it('hands a payload that needs no change back as it is', () => {
    const payload = { o: { k: 'x' }, f: 'x' }
    const result = compileFields({ f: text('F'), o: anObject({ k: text('K') }) })(payload)
    expect(result.ok && result.value).toBe(payload)
  })

  it('keeps the keys in the order of the payload, whatever changes', () => {
    const check = compileFields({ a: text('A'), b: text('B'), c: text('C') })
    for (const payload of [
      { c: '3', x: 0, b: 2, a: '1' },
      { c: 3, b: 2, a: 1 },
      { c: '3', b: '2', a: 1, x: null },
    ])
      expect(JSON.stringify(check(payload))).toBe('{"ok":true,"value":{"c":"3","b":"2","a":"1"}}')
  })

  it.each([
    ['null', null],
    ['a string', 'x'],
    ['an array', []],
    ['undefined', undefined],
  ])('refuses a payload that is no object: %s', (type, payload) => {
    const errors = [`The root value must be an object but it was ${type}.`]
    expect(compileFields({ f: text('F') })(payload)).toEqual({ ok: false, errors })
    expect(compileFields({})(payload)).toEqual({ ok: false, errors })
  })

  it('reads own members only (A-44)', () => {
    const check = compileFields({ toString: { ...text('T'), required: true } })
    expect(check({}).ok).toBe(false)
    expect(check({ toString: 'x' })).toEqual({ ok: true, value: { toString: 'x' } })
  })

  it('leaves __proto__ out, of open objects too (A-44)', () => {
    const open = { ...anObject({ k: text('K') }), additionalProperties: true }
    const payload = JSON.parse('{"__proto__":1,"o":{"__proto__":{"isAdmin":true},"k":1,"z":2}}')
    const result = compileFields({ o: open })(payload)
    expect(JSON.stringify(result)).toBe('{"ok":true,"value":{"o":{"k":"1","z":2}}}')
    const o = result.ok ? result.value['o'] : undefined
    expect(Object.getPrototypeOf(o)).toBe(Object.prototype)
  })

  it('checks ten thousand undeclared keys in a moment', () => {
    const payload = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`x${i}`, null]))
    expect(compileFields({ f: text('F') })({ ...payload, f: 'x' })).toEqual({
      ok: true,
      value: { f: 'x' },
    })
  })
})

/** What differs from the published packages (README), where the table of §5.6 does not show it. */
describe('compileFields, where it differs', () => {
  it('bounds a datetime that is a number (§5.2.7)', () => {
    const check = compileFields({ f: { label: 'F', type: 'datetime', minimum: 0 } })
    expect(check({ f: -1 }).ok).toBe(false)
    expect(check({ f: '1969-12-31' }).ok).toBe(true)
  })

  it('takes no infinite number', () => {
    const check = compileFields({ f: { label: 'F', type: 'number' } })
    for (const f of ['Infinity', '-Infinity', '1e999']) expect(check({ f }).ok).toBe(false)
  })

  it('removes an empty text at the root also when it is found in a list (A-29)', () => {
    const check = compileFields({ f: { ...text('F'), required: true } })
    for (const f of [[''], [null]])
      expect(check({ f })).toEqual({
        ok: false,
        errors: ["The root value is missing the required field 'f'."],
      })
  })

  it('keeps what is required always beside what is required under a condition (§5.3.4)', () => {
    const o = anObject({
      k: { ...text('K'), required: true },
      c: { ...text('C'), ...when({ fieldKey: 'op', operator: 'is', value: 'x' }) },
    })
    const check = compileFields({ op: text('Op'), o })
    expect(check({ o: {} })).toMatchObject({
      errors: ["O is missing the required field 'k'."],
    })
    expect(check({ op: 'x', o: {} })).toMatchObject({
      errors: [
        "The value at /o is missing the required field 'c'.",
        "O is missing the required field 'k'.",
      ],
    })
  })

  it('looks at the values of conditions as they are', () => {
    const check = compileFields({
      n: { label: 'N', type: 'number', allowNull: true },
      f: { ...text('F'), ...when({ fieldKey: 'n', operator: 'is' }) },
    })
    expect(check({ n: 0 })).toEqual({ ok: true, value: { n: 0 } })
    expect(check({ n: null }).ok).toBe(false)
  })

  it('takes null for no value among several conditions too', () => {
    const check = compileFields({
      a: { ...text('A'), allowNull: true },
      b: text('B'),
      f: {
        ...text('F'),
        ...when({ fieldKey: 'a', operator: 'is' }, { fieldKey: 'b', operator: 'is_not' }),
      },
    })
    expect(check({ a: null, b: 'x' }).ok).toBe(false)
    expect(check({ a: null }).ok).toBe(true)
    expect(check({ a: 'x', b: 'x' }).ok).toBe(true)
  })

  it('asks members whether they have a value', () => {
    const o = anObject({ k: text('K') })
    const f = { ...text('F'), ...when({ fieldKey: 'o.k', operator: 'is' }) }
    const check = compileFields({ o, f })
    expect(check({ o: { k: 'x' } }).ok).toBe(true)
    expect(check({ o: {} }).ok).toBe(false)
    expect(check({}).ok).toBe(false)
  })

  it('finds no member in what is no object', () => {
    const f = { ...text('F'), ...when({ fieldKey: 'o.k', operator: 'is', value: 'x' }) }
    const check = compileFields({ o: { ...anObject({ k: text('K') }), multiple: true }, f })
    expect(check({ o: [{ k: 'y' }] }).ok).toBe(true)
  })

  it('requires a member under several conditions', () => {
    const k = {
      ...text('K'),
      ...when(
        { fieldKey: 'a', operator: 'is', value: '1' },
        { fieldKey: 'o.l', operator: 'is_not', value: '2' },
      ),
    }
    const check = compileFields({ a: text('A'), o: anObject({ k, l: text('L') }) })
    expect(check({ a: '1', o: { k: 'x', l: '1' } }).ok).toBe(true)
    expect(check({ a: '1', o: { l: '2' } }).ok).toBe(true)
    expect(check({ a: '1', o: { l: '1' } })).toMatchObject({
      errors: ["The value at /o is missing the required field 'k'."],
    })
  })

  it('counts characters, not code units, in what it says of a length', () => {
    const check = compileFields({ f: { ...text('F'), maximum: 1 } })
    expect(check({ f: '😀' }).ok).toBe(true)
    expect(check({ f: '😀😀' })).toMatchObject({
      errors: ['F must be 1 character or fewer but it was 2 characters.'],
    })
  })
})

describe('compileFields, given fields that cannot be understood', () => {
  const f = text('F')
  it.each<[string, object, string]>([
    [
      'an operator (§5.3.6)',
      { f: { ...f, required: { conditions: [{ fieldKey: 'a', operator: 'gt', value: 1 }] } } },
      'f: Unsupported conditionally required field operator: gt',
    ],
    [
      'a condition on the sync mode (§5.3.4)',
      {
        f: {
          ...f,
          required: { conditions: [{ type: 'syncMode', operator: 'is', value: 'add' }] },
        },
      },
      'f: a condition needs the key of a field or parent.child, not undefined',
    ],
    [
      'a condition on a member of a member',
      { f: { ...f, ...when({ fieldKey: 'a.b.c', operator: 'is' }) } },
      'f: a condition needs the key of a field or parent.child, not "a.b.c"',
    ],
    ['no conditions', { f: { ...f, ...when() } }, 'f: a conditional requirement needs conditions'],
    ['a format', { f: { ...f, format: 'int32' } }, 'f: unknown format "int32"'],
    ['a type', { f: { ...f, type: 'date' } }, 'f: unknown type "date"'],
    ['no choice', { f: { ...f, choices: [] } }, 'f: the list of choices is empty'],
    [
      'choices of an object',
      { o: { ...anObject({}), choices: ['a'] } },
      'o: an object has no choices',
    ],
    ['a member', { o: anObject({ k: { ...f, format: 'int32' } }) }, 'o: k: unknown format "int32"'],
    ['a length', { f: { ...f, minimum: -1 } }, 'f: a length is a whole number, not -1'],
    ['__proto__', JSON.parse('{"__proto__":{}}'), 'a field cannot be called __proto__'],
  ])('says what is wrong: %s', (_what, fields, message) => {
    expect(() => compileFields(fields as FieldDefinitions)).toThrow(
      expect.objectContaining({ name: 'FieldDefinitionError', message }),
    )
  })
})
