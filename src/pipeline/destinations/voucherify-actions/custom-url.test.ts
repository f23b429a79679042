import { describe, expect, it } from 'vitest'
import { toSegmentioUrl } from './custom-url.ts'

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
