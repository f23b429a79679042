import { describe, expect, it } from 'vitest'
import { decideRole } from './decide-role.ts'

const may = (role: Parameters<typeof decideRole>[0], method: string, url: string) =>
  decideRole(role, { method, routeOptions: { url } })

describe('decideRole (R-AUTH-04)', () => {
  it.each([
    ['POST', '/v1/validations'],
    ['POST', '/v1/redemptions'],
    ['POST', '/client/v1/validations'],
    ['POST', '/client/v1/redemptions'],
  ])('keeps merchants from %s %s', (method, route) => {
    expect(may('MERCHANT', method, route)).toBe(false)
    expect(may('ADMIN', method, route)).toBe(true)
  })

  it.each([
    ['GET', '/v1/redemptions'],
    ['POST', '/v1/vouchers/:code/redemption'],
    ['POST', '/v1/redemptions/:id/rollback'],
    ['POST', '/v1/customers'],
  ])('lets merchants ask %s %s', (method, route) => {
    expect(may('MERCHANT', method, route)).toBe(true)
  })

  it.each([
    ['POST', '/v1/customers'],
    ['PUT', '/v1/vouchers/:code'],
    ['DELETE', '/v1/vouchers/:code'],
    ['POST', '/segmentio/customer-processing'],
    ['GET', '/v1/publications/create'],
    ['HEAD', '/v1/publications/create'],
    ['GET', '/client/v1/validate'],
  ])('keeps viewers from %s %s', (method, route) => {
    expect(may('VIEWER', method, route)).toBe(false)
    expect(may('ADMIN', method, route)).toBe(true)
  })

  it.each([
    ['GET', '/v1/vouchers/:code'],
    ['GET', '/v1/publications'],
    ['HEAD', '/v1/customers'],
    ['POST', '/v1/oauth/token'],
  ])('lets viewers ask %s %s', (method, route) => {
    expect(may('VIEWER', method, route)).toBe(true)
  })
})
