import { describe, expect, it } from 'vitest'
import { parseCustomUrl, toSegmentioUrl } from './custom-url.ts'

describe('parseCustomUrl', () => {
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
    expect(parseCustomUrl(text)).toBe(url)
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
    expect(parseCustomUrl(text)).toBeUndefined()
  })
})

describe('toSegmentioUrl', () => {
  it.each([
    ['https://api.voucherify.io', 'https://segmentio.voucherify.io'],
    ['https://us1.api.voucherify.io', 'https://us1.segmentio.voucherify.io'],
    ['https://as1.api.voucherify.io/v1/', 'https://as1.segmentio.voucherify.io'],
    [
      'https://acme.dedicated.api.voucherify.io:8443',
      'https://acme.dedicated.segmentio.voucherify.io:8443',
    ],
  ])('turns the API endpoint %s into %s', (endpoint, url) => {
    expect(toSegmentioUrl(endpoint)).toBe(url)
  })

  it.each([
    'https://us1.segmentio.voucherify.io',
    'https://api.example.com',
    'https://apivoucherify.io',
    'https://apis.voucherify.io',
    'api.voucherify.io',
  ])('knows no Custom URL for %s', (endpoint) => {
    expect(toSegmentioUrl(endpoint)).toBeUndefined()
  })
})
