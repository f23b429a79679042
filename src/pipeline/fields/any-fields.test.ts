import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Explain } from '../../kernel/explain.ts'
import { fieldsAndPayloads } from './arbitrary-fields.fixture.ts'
import { type CompiledFields, compileFields } from './compile-fields.ts'
import { explainFields } from './explain-fields.ts'

const any = fieldsAndPayloads({ isOurs: true, hasConditions: true }, 8)
const unconditional = fieldsAndPayloads({ isOurs: true, hasConditions: false }, 8)

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  Object.values(value).forEach(deepFreeze)
  return Object.freeze(value)
}

/** Everything the tree says about values that do not pass. */
const toldBy = ({ passed, message, parts = [] }: Explain): string[] => [
  ...(message === undefined || passed ? [] : [message]),
  ...parts.flatMap(toldBy),
]

type Fields = Parameters<typeof compileFields>[0]
type Payload = Record<string, unknown>

/** Holds `expectations` of many payloads for many fields. */
const holdFor = (
  cases: typeof any,
  expectations: (fields: Fields, payload: Payload, check: CompiledFields) => void,
): void =>
  fc.assert(
    fc.property(cases, ({ fields, payloads }) => {
      const check = compileFields(deepFreeze(fields))
      for (const payload of payloads) expectations(fields, payload, check)
    }),
    { numRuns: 100 },
  )

describe('compileFields and explainFields, on any fields and payloads', () => {
  it('agree on which payloads pass, and tell the same of the others', () => {
    holdFor(any, (fields, payload, check) => {
      const result = check(payload)
      const explained = explainFields(fields, payload)
      expect(explained.passed).toBe(result.ok)
      const errors = result.ok ? [] : result.errors
      const told = toldBy(explained).join(' ')
      expect(told.length).toBe(errors.join(' ').length)
      expect(errors.filter((error) => !told.includes(error))).toEqual([])
    })
  })

  it('agree on which fields fail', () => {
    holdFor(unconditional, (fields, payload) => {
      const failed = explainFields(fields, payload)
        .parts?.filter(({ passed }) => !passed)
        .map(({ what }) => what)
      const alone = Object.entries(fields).filter(([key, field]) => {
        const value = Object.hasOwn(payload, key) ? { [key]: payload[key] } : {}
        return !compileFields({ [key]: field })(value).ok
      })
      expect(failed).toEqual(alone.map(([key]) => key))
    })
  })

  it('never change what they are given', () => {
    holdFor(any, (fields, payload, check) => {
      const before = structuredClone(payload)
      const result = check(deepFreeze(payload))
      explainFields(fields, payload)
      expect(payload).toEqual(before)
      expect(check(before)).toEqual(result)
    })
  })

  it('make the same again of a value that is accepted', () => {
    holdFor(unconditional, (_fields, payload, check) => {
      const result = check(payload)
      if (result.ok) expect(check(result.value)).toEqual(result)
    })
  })

  it('do not care about the order of keys', () => {
    holdFor(any, (_fields, payload, check) => {
      const reversed = Object.fromEntries(Object.entries(payload).reverse())
      expect(check(reversed)).toEqual(check(payload))
    })
  })
})
