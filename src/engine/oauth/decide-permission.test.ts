import { describe, expect, it } from 'vitest'
import { decidePermission } from './decide-permission.ts'

const may = (route: string, ...scopes: string[]) => decidePermission(new Set(scopes), route)

describe('decidePermission (R-OAUTH-03)', () => {
  it.each([
    ['/v1/vouchers', 'vouchers'],
    ['/v1/vouchers/:code', 'vouchers'],
    ['/v1/vouchers/:code/balance', 'vouchers'],
    ['/v1/vouchers/:code/validate', 'validations'],
    ['/v1/vouchers/:code/redemption', 'redemptions'],
    ['/v1/promotions/validation', 'validations'],
    ['/v1/promotions/tiers/:id/redemption', 'redemptions'],
    ['/v1/campaigns/qualification', 'qualifications'],
    ['/v1/customers/:reference/consents', 'consents'],
    ['/v1/validation-rules-assignments', 'validation-rules-assignments'],
    ['/client/v1/redemptions', 'client_redemptions'],
    ['/client/v1/validate', 'client_validate'],
  ])('asks at %s for %s, or for all', (path, scope) => {
    const all = path.startsWith('/client') ? 'client_api' : 'api'
    expect(may(path, scope)).toBe(true)
    expect(may(path, all)).toBe(true)
    const others = ['exports', 'client_consents', scope === 'api' ? 'client_api' : 'templates']
    expect(may(path, ...others)).toBe(false)
  })

  it('covers what customers of a page consent to as an area of its own', () => {
    const path = '/client/v1/customers/:reference/consents'
    expect(may(path, 'client_consents')).toBe(true)
    expect(may(path, 'client_customers')).toBe(false)
  })

  it('keeps the server API and the client-side API apart', () => {
    expect(may('/v1/redemptions', 'client_api', 'client_redemptions')).toBe(false)
    expect(may('/client/v1/redemptions', 'api', 'redemptions')).toBe(false)
  })

  it('leaves to api alone what belongs to no area', () => {
    expect(may('/v1/oauth/token', 'api')).toBe(true)
    expect(may('/v1/unheard-of', 'unheard-of')).toBe(false)
    expect(may('/v1', 'vouchers')).toBe(false)
    expect(may('/api/v1/sources', 'api')).toBe(false)
  })
})
