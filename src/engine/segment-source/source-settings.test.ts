import { describe, expect, it } from 'vitest'
import { type Target, toBaseUrl } from './source-settings.ts'

describe('toBaseUrl', () => {
  it.each<[Target, string]>([
    [{ region: 'US' }, 'https://api.segment.io/v1'],
    [{ region: 'EU' }, 'https://events.eu1.segmentapis.com/v1'],
    [
      { region: 'CUSTOM', endpoint: 'https://proxy.example.com/v1' },
      'https://proxy.example.com/v1',
    ],
  ])('is for %j %s (§17.1, programs scenario 103)', (target, url) => {
    expect(toBaseUrl(target)).toBe(url)
  })
})
