import { describe, expect, it } from 'vitest'
import { matchOrigin } from './match-origin.ts'

describe('matchOrigin (R-AUTH-03)', () => {
  it.each([
    ['https://shop.example.com', '*', true],
    ['null', '*', true],
    ['https://shop.example.com', 'shop.example.com', true],
    ['http://shop.example.com:8080', 'shop.example.com', true],
    ['http://shop.example.com:8080', 'shop.example.com:8080', true],
    ['http://shop.example.com:8080', 'shop.example.com:9090', false],
    ['https://shop.example.com', 'Shop.Example.com', true],
    ['https://shop.example.com', 'https://shop.example.com', true],
    ['https://shop.example.com', 'https://shop.example.com/', true],
    ['http://shop.example.com', 'https://shop.example.com', false],
    ['https://shop.example.com', '*.example.com', true],
    ['https://example.com', '*.example.com', false],
    ['https://badexample.com', '*.example.com', false],
    ['https://example.com.evil.net', 'example.com', false],
    ['https://evil.net/example.com', 'example.com', false],
    ['https://example.com@evil.net', 'example.com', false],
    ['null', 'example.com', false],
    ['', 'example.com', false],
  ])('takes %s for %s: %s', (origin, domain, isTrusted) => {
    expect(matchOrigin(origin, [domain])).toBe(isTrusted)
  })

  it('trusts nobody while no domain is named', () => {
    expect(matchOrigin('https://shop.example.com', [])).toBe(false)
  })
})
