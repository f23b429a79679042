import { describe, expect, it } from 'vitest'
import { parseBaseUrl } from './base-url.ts'

describe('parseBaseUrl', () => {
  it.each([
    ['https://us1.segmentio.voucherify.io', 'https://us1.segmentio.voucherify.io'],
    ['https://segmentio.voucherify.io/', 'https://segmentio.voucherify.io'],
    ['http://127.0.0.1:4000', 'http://127.0.0.1:4000'],
    ['http://localhost:4000///', 'http://localhost:4000'],
    ['http://[::1]:4000', 'http://[::1]:4000'],
    ['http://engine:80', 'http://engine'],
    ['https://loop.example.photography/base/path/', 'https://loop.example.photography/base/path'],
    ['HTTPS://Loop.Example', 'https://loop.example'],
  ])('takes %s as %s (D-16, A-31)', (text, url) => {
    expect(parseBaseUrl(text)).toBe(url)
  })

  it.each([
    '',
    'us1.segmentio.voucherify.io',
    'ftp://segmentio.voucherify.io',
    'javascript:alert(1)',
    'http:segmentio.voucherify.io',
    'https://',
    'https://a b.example',
    'https://loop.example?region=us',
    'https://loop.example/#top',
    'https://user:secret@loop.example',
  ])('refuses %j (D-16)', (text) => {
    expect(parseBaseUrl(text)).toBeUndefined()
  })
})
