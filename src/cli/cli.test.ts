import { describe, expect, it } from 'vitest'
import { parseAssignments, parseMinor } from './arguments.ts'
import { toTrackingCall } from './events.ts'
import { CliError, EXIT, toExitCode } from './exit-codes.ts'
import { toVoucherBody } from './vouchers.ts'

const usageError = expect.objectContaining({ exitCode: EXIT.usage })
const caught = (work: () => unknown): unknown => {
  try {
    return work()
  } catch (error) {
    return error
  }
}

describe('parseAssignments', () => {
  it('reads JSON values, plain text and paths', () => {
    expect(parseAssignments(['total=64.5', 'gift=true', 'address.city=Rome', 'note=a=b'])).toEqual({
      total: 64.5,
      gift: true,
      address: { city: 'Rome' },
      note: 'a=b',
    })
  })

  it.each(['total', '=5', 'a..b=1', '__proto__.x=1'])('refuses %s as wrong usage', (assignment) => {
    expect(caught(() => parseAssignments([assignment]))).toEqual(usageError)
    expect(({} as { x?: number }).x).toBeUndefined()
  })
})

describe('parseMinor', () => {
  it('takes whole cents and nothing else', () => {
    expect(parseMinor('--amount', '2500')).toBe(2500)
    for (const text of ['25.5', '-1', 'ten', '9007199254740993'])
      expect(
        caught(() => parseMinor('--amount', text)),
        text,
      ).toEqual(usageError)
  })
})

describe('toTrackingCall', () => {
  const options = { json: false, type: 'track', user: 'u1', set: [] }

  it('puts values where the type of call carries them', () => {
    expect(toTrackingCall('Bought', { ...options, set: ['total=5'] }, 'm1')).toEqual({
      type: 'track',
      messageId: 'm1',
      event: 'Bought',
      userId: 'u1',
      properties: { total: 5 },
    })
    expect(
      toTrackingCall(undefined, { ...options, type: 'identify', set: ['name=Ada'] }, 'm1'),
    ).toEqual({
      type: 'identify',
      messageId: 'm1',
      userId: 'u1',
      traits: { name: 'Ada' },
    })
  })

  it('refuses calls that the Tracking API would refuse', () => {
    expect(caught(() => toTrackingCall(undefined, options, 'm1'))).toEqual(usageError)
    expect(
      caught(() => toTrackingCall('X', { json: false, type: 'track', set: [] }, 'm1')),
    ).toEqual(usageError)
    expect(caught(() => toTrackingCall('X', { ...options, type: 'push' }, 'm1'))).toEqual(
      usageError,
    )
    expect(caught(() => toTrackingCall('X', { ...options, type: 'group' }, 'm1'))).toEqual(
      usageError,
    )
  })
})

describe('toVoucherBody', () => {
  it('makes the three kinds of voucher', () => {
    expect(toVoucherBody({ json: false, percent: '12.5', quantity: '3' })).toEqual({
      type: 'DISCOUNT_VOUCHER',
      discount: { type: 'PERCENT', percent_off: 12.5 },
      redemption: { quantity: 3 },
    })
    expect(toVoucherBody({ json: false, amount: '500' })).toMatchObject({
      discount: { amount_off: 500 },
    })
    expect(toVoucherBody({ json: false, gift: '500' })).toEqual({
      type: 'GIFT_VOUCHER',
      gift: { amount: 500 },
    })
  })

  it('asks for exactly one kind', () => {
    for (const options of [{}, { percent: '5', gift: '5' }, { percent: '0' }, { percent: '101' }])
      expect(caught(() => toVoucherBody({ json: false, ...options }))).toEqual(usageError)
  })
})

describe('toExitCode', () => {
  it('tells a refusal by the rules from a malformed request', () => {
    expect(toExitCode(400, 'quantity_exceeded')).toBe(EXIT.refused)
    expect(toExitCode(400, 'invalid_payload')).toBe(EXIT.usage)
    expect(toExitCode(400, 'already_rolled_back')).toBe(EXIT.conflict)
    expect(toExitCode(401, 'unauthorized')).toBe(EXIT.notAllowed)
    expect(toExitCode(404, 'not_found')).toBe(EXIT.notFound)
    expect(toExitCode(429, 'too_many_requests')).toBe(EXIT.rateLimited)
    expect(toExitCode(500, 'internal_error')).toBe(EXIT.unexpected)
    expect(new CliError(EXIT.refused, 'no')).toMatchObject({ exitCode: 6, message: 'no' })
  })
})
