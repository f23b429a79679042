import { describe, expect, it } from 'vitest'
import { createVault } from '../../platform/secrets.ts'
import { MASK, maskSettings, mergeSettings, openSettings, sealSettings } from './sealed-settings.ts'

const definition = {
  settings: {
    token: { label: 'Token', type: 'password' },
    url: { label: 'URL', type: 'string' },
    isLoud: { label: 'Loud', type: 'boolean' },
  },
} as const
const vault = createVault('5e'.repeat(32))
const SETTINGS = { token: 'tell-nobody', url: 'https://loop.example', isLoud: true }
const sealed = sealSettings(definition, SETTINGS, vault)

describe('sealSettings and openSettings', () => {
  it('keep secrets out of what is stored, and give them back', () => {
    expect(sealed).toMatchObject({ url: SETTINGS.url, isLoud: true })
    expect(JSON.stringify(sealed)).not.toContain(SETTINGS.token)
    expect(openSettings(definition, sealed, vault)).toEqual(SETTINGS)
  })

  it('make null of a secret that was sealed under another key, and of nothing else', () => {
    const other = createVault('a1'.repeat(32))
    expect(openSettings(definition, sealed, other)).toEqual({ ...SETTINGS, token: null })
  })
})

describe('maskSettings', () => {
  it('shows that a secret is set, and never what it is', () => {
    expect(maskSettings(definition, sealed)).toEqual({ ...SETTINGS, token: MASK })
  })
})

describe('mergeSettings', () => {
  it('changes what is named, removes what is null, keeps the rest', () => {
    expect(
      mergeSettings(definition, SETTINGS, { url: 'https://new.example', isLoud: null }),
    ).toEqual({ token: SETTINGS.token, url: 'https://new.example' })
  })

  it('keeps a secret whose mask comes back, and takes no mask for a secret', () => {
    expect(mergeSettings(definition, SETTINGS, { token: MASK })).toEqual(SETTINGS)
    expect(mergeSettings(definition, {}, { token: MASK })).toEqual({})
    expect(mergeSettings(definition, SETTINGS, { url: MASK })).toMatchObject({ url: MASK })
  })
})
