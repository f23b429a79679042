import { describe, expect, it } from 'vitest'
import { NetworkError } from '../../../platform/http/index.ts'
import { core, HTTPError, MultiStatusResponse } from './foreign.fixture.ts'
import { ofBatchValue, ofError, ofValue } from './to-performed.ts'

/** An answer as the request client makes it. */
const answer = (status: number, content: string, headers: Record<string, string> = {}) =>
  Object.assign(new Response(status === 204 ? null : content, { status, headers }), { content })

/** An error of the published classes: they differ in what they carry only. */
const errorOf = (message: string, carried: object) => Object.assign(new Error(message), carried)

const node = (value: object) => ({ value: () => value })

describe('what an action returned', () => {
  it('is delivered, with the body of the answer or what there is', () => {
    expect(ofValue(core, answer(201, 'made'))).toMatchObject({ status: 201, body: 'made' })
    expect(ofValue(core, { id: 1 })).toMatchObject({ status: 200, body: '{"id":1}' })
    expect(ofValue(core, undefined)).toMatchObject({ status: 200, body: undefined })
  })

  it('is delivered when the definition looked past a status itself', () => {
    expect(ofValue(core, answer(404, 'nobody'))).toMatchObject({ status: 200, body: 'nobody' })
  })
})

describe('what a batch returned (§6.3.5)', () => {
  it('is the answer for each call', () => {
    const response = answer(503, 'later', { 'retry-after': '7' })
    const expected = {
      kind: 'answer',
      status: 503,
      message: '503 Service Unavailable',
      body: 'later',
      retryAfter: '7',
    }
    expect(ofBatchValue(core, response, 2)).toEqual([expected, expected])
    expect(ofBatchValue(core, new HTTPError(response), 2)).toEqual([expected, expected])
  })

  it('is one result for each call, and an error of ours for one that is missing', () => {
    const results = new MultiStatusResponse()
    results.nodes.push(
      node({ status: 200, sent: {}, body: 'ok' }),
      node({ status: 429, errormessage: 'slow', body: { wait: 1 } }),
      node({ status: 400, errormessage: 'no id', errortype: 'PAYLOAD_VALIDATION_FAILED' }),
      node({ status: 400, errormessage: 'no such user', errortype: 'BAD_REQUEST' }),
    )
    expect(ofBatchValue(core, results, 5)).toEqual([
      { kind: 'answer', status: 200, message: '200 OK', body: 'ok' },
      { kind: 'answer', status: 429, message: 'slow', body: '{"wait":1}' },
      { kind: 'refused', reason: 'MESSAGE_REJECTED', message: 'no id' },
      { kind: 'answer', status: 400, message: 'no such user', body: undefined },
      {
        kind: 'answer',
        status: 500,
        message: 'MultiStatusResponse is missing a response at the specified index',
      },
    ])
  })

  it('means that all were executed when it is anything else', () => {
    expect(ofBatchValue(core, [{}], 2)).toMatchObject([{ status: 200 }, { status: 200 }])
    expect(ofBatchValue(core, undefined, 1)).toMatchObject([{ status: 200 }])
  })
})

describe('what was thrown (§6.5)', () => {
  it.each([
    ['HTTPError', new HTTPError(answer(404, 'x')), { status: 404, message: '404 Not Found' }],
    ['IntegrationError', errorOf('no', { code: 'x', status: 422 }), { status: 422, message: 'no' }],
    ['APIError', errorOf('no', { code: '403', status: 403 }), { status: 403, message: 'no' }],
    [
      'InvalidAuthenticationError',
      errorOf('', { code: 'INVALID_AUTHENTICATION', status: 401 }),
      { status: 401, message: '401 Unauthorized' },
    ],
    [
      'RetryableError',
      errorOf('again', { code: 'RETRYABLE_ERROR', status: 503 }),
      { status: 503, message: 'again' },
    ],
    [
      'RetryableError with a status that is not retried',
      errorOf('again', { code: 'RETRYABLE_ERROR', status: 400 }),
      { status: 500, message: 'again' },
    ],
    [
      'RequestTimeoutError',
      errorOf('late', { code: 'REQUESTTIMEOUTERROR', status: 408 }),
      { status: 408, message: 'late' },
    ],
    ['a status as text', errorOf('no', { status: '409' }), { status: 409, message: 'no' }],
  ])('amounts to an answer: %s', (_name, error, expected) => {
    expect(ofError(error)).toMatchObject({ kind: 'answer', ...expected })
  })

  it('keeps the answer of an error that has a status of its own', () => {
    const response = answer(200, 'quota', { 'retry-after': '9' })
    expect(ofError(errorOf('quota is used up', { status: 429, response }))).toEqual({
      kind: 'answer',
      status: 429,
      message: 'quota is used up',
      body: 'quota',
      retryAfter: '9',
    })
  })

  it.each([
    errorOf('bad', { code: 'PAYLOAD_VALIDATION_FAILED', status: 400 }),
    errorOf('bad', { code: 'INVALID_AUDIENCE_MEMBERSHIP', status: 400 }),
    errorOf('bad', { name: 'AggregateAjvError' }),
  ])('refuses the payload: %o', (error) => {
    expect(ofError(error)).toEqual({ kind: 'refused', reason: 'MESSAGE_REJECTED', message: 'bad' })
  })

  it.each([new NetworkError('ETIMEDOUT', 'late'), errorOf('late', { code: 'ETIMEDOUT' })])(
    'is no answer: %o',
    (error) => {
      expect(ofError(error)).toEqual({ kind: 'no-answer', code: 'ETIMEDOUT', message: 'late' })
    },
  )

  it.each([
    new TypeError('bug'),
    errorOf('x', { status: 200 }),
    errorOf('x', { code: 'odd' }),
    'x',
  ])('is a fault of its own without a status: %o', (error) => {
    let thrown: unknown
    try {
      ofError(error)
    } catch (again) {
      thrown = again
    }
    expect(thrown).toBe(error)
  })
})
