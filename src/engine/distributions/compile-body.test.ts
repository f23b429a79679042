import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../platform/limits.ts'
import { compileBody } from './compile-body.ts'

const ENVELOPE = {
  id: 'whs_1',
  type: 'welcome',
  data: {
    customer: { name: 'Anna', metadata: { 'club level': 3 } },
    voucher: { code: 'TEN' },
    id: 'inner',
  },
}

function render(template: Parameters<typeof compileBody>[0]) {
  const compiled = compileBody(template)
  if (typeof compiled !== 'function') throw new Error(compiled.why)
  return compiled(ENVELOPE)
}

describe('a body with placeholders', () => {
  it('has what the data of the message holds, as it is where nothing stands beside it', () => {
    expect(
      render({
        to: '{{customer.name}}',
        level: '{{ customer.metadata.club level }}',
        whole: '{{voucher}}',
        list: [{ code: '{{data.voucher.code}}' }, 7, null, true],
      }),
    ).toEqual({
      to: 'Anna',
      level: 3,
      whole: { code: 'TEN' },
      list: [{ code: 'TEN' }, 7, null, true],
    })
  })

  it('writes values into a text, and leaves out what is missing', () => {
    expect(
      render({
        text: 'Dear {{customer.name}}{{customer.title}}, {{voucher}} {{customer.metadata.club level}}',
      }),
    ).toEqual({ text: 'Dear Anna, {"code":"TEN"} 3' })
    expect(render({ nothing: '{{customer.phone.prefix}}' })).toEqual({ nothing: null })
  })

  it('finds the envelope behind its data', () => {
    expect(render({ type: '{{type}}', id: '{{id}}' })).toEqual({ type: 'welcome', id: 'inner' })
  })

  it('does not write values that look like placeholders a second time', () => {
    const compiled = compileBody({ text: 'x{{customer.name}}' })
    if (typeof compiled !== 'function') throw new Error(compiled.why)
    expect(compiled({ data: { customer: { name: '{{id}}$&' } } })).toEqual({ text: 'x{{id}}$&' })
  })

  it('reaches nothing that the message does not have itself', () => {
    expect(
      render({ a: '{{customer.constructor}}', b: '{{toString}}', c: '{{__proto__}}' }),
    ).toEqual({
      a: null,
      b: null,
      c: null,
    })
  })

  it.each([
    [{ a: 'x {{customer.name' }, { at: '.a', why: "'{{' should be closed by '}}'" }],
    [{ a: [{ b: '{{}}' }] }, { at: '.a[0].b', why: "'{{}}' should be a path in braces" }],
    [
      { a: '{{customer..name}}' },
      { at: '.a', why: "'{{customer..name}}' should be a path in braces" },
    ],
  ])('is refused where it cannot be understood: %j', (template, fault) => {
    expect(compileBody(template)).toEqual(fault)
  })

  it('has not more placeholders than a message can bear', () => {
    const of = (count: number) => compileBody({ all: '{{customer}}'.repeat(count) })
    expect(of(LIMITS.distributionPlaceholdersMax)).toBeTypeOf('function')
    expect(of(LIMITS.distributionPlaceholdersMax + 1)).toMatchObject({
      why: expect.stringContaining('placeholders'),
    })
  })
})
