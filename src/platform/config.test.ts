import { describe, expect, it } from 'vitest'
import { ConfigError, readConfig } from './config.ts'

describe('readConfig', () => {
  it('has a default for everything', () => {
    expect(readConfig({})).toMatchObject({ port: 3000, host: '127.0.0.1', databaseUrl: undefined })
  })

  it('treats an empty variable as not set', () => {
    expect(readConfig({ PORT: '', DATABASE_URL: '' })).toMatchObject({
      port: 3000,
      databaseUrl: undefined,
    })
  })

  it('reports all problems at once', () => {
    const read = () =>
      readConfig({ PORT: '99999', DATABASE_URL: 'mysql://x', PROMOLOOP_WRITE_KEY: 'a:b' })
    expect(read).toThrow(ConfigError)
    for (const name of ['PORT', 'DATABASE_URL', 'PROMOLOOP_WRITE_KEY']) expect(read).toThrow(name)
  })
})
