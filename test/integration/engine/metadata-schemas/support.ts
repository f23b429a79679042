import { beforeAll } from 'vitest'
import { RELATED_OBJECTS } from '../../../../src/engine/metadata-schemas/metadata-schema.ts'
import { LIMITS } from '../../../../src/platform/limits.ts'
import { defineMetadata } from '../../../support/metadata-schemas.ts'
import { type CallAnswer, type TestApp, useTestApp } from '../../../support/test-app.ts'
import { createProgram, unique } from '../loyalties/support.ts'

export type Metadata = { [key: string]: unknown }

export const VOUCHER = {
  type: 'DISCOUNT_VOUCHER',
  discount: { type: 'AMOUNT', amount_off: 100 },
}
export const CAMPAIGN = {
  type: 'AUTO_UPDATE',
  campaign_type: 'DISCOUNT_COUPONS',
  voucher: VOUCHER,
}
/** What every schema of `useStrictApp` asks for. */
export const FITS = { level: 1 }

export const customer = () => ({ source_id: unique('customer'), metadata: FITS })
export const tier = () => ({ name: unique('Tier'), action: { discount: VOUCHER.discount } })
export const rule = () => ({ event: unique('event'), loyalty: { type: 'FIXED', points: 1 } })
export const ITEM = { price: 100, metadata: FITS }
export const order = (more: object = {}) => ({ amount: 100, metadata: FITS, ...more })

/** What is said of a `level` that does not fit. */
export const WORDS =
  'level: must be a number, property is required, must be greater than or equal to 1'
export const refused = (...details: string[]) => ({
  status: 400,
  body: {
    code: 400,
    key: 'metadata_validation_failed',
    message: 'Metadata validation failed',
    details: details.join('; '),
  },
})

/** An app whose project asks all objects for a number of at least 1 under `level`, and lets them have nothing else. */
export function useStrictApp() {
  const t = useTestApp()
  beforeAll(async () => {
    await allowPages(t)
    const level = { type: 'number', optional: false, gte: 1 }
    for (const of of RELATED_OBJECTS)
      await defineMetadata(t, of, { level }, { allowsDefinedOnly: true })
  })

  const post = (path: string, body: unknown) => t.call('POST', path, body)
  const aVoucher = async (): Promise<string> =>
    (await post('/v1/vouchers', { ...VOUCHER, metadata: FITS })).body.code
  return {
    t,
    post,
    put: (path: string, body: unknown) => t.call('PUT', path, body),
    fromPage: (path: string, body: unknown) => fromPage(t, path, body),
    aVoucher,
    async aCampaign(): Promise<string> {
      const body = { name: unique('Campaign'), ...CAMPAIGN, metadata: FITS }
      return (await post('/v1/campaigns', body)).body.id
    },
    aProgram: (): Promise<string> => createProgram(t, { metadata: FITS }),
    async aPromotion(): Promise<string> {
      const body = { name: unique('Promotion'), campaign_type: 'PROMOTION', metadata: FITS }
      return (await post('/v1/campaigns', body)).body.id
    },
    /** Redeems a voucher of its own. */
    async redeem(more: object): Promise<CallAnswer> {
      const redeemables = [{ object: 'voucher', id: await aVoucher() }]
      return post('/v1/redemptions', { redeemables, metadata: FITS, ...more })
    },
  }
}

async function allowPages(t: TestApp): Promise<void> {
  await t.app.http.inject({
    method: 'PATCH',
    url: '/api/v1/client-settings',
    headers: { authorization: `Bearer ${t.keys.adminToken}` },
    payload: JSON.stringify({
      client_trusted_domains: ['https://shop.example.com'],
      client_redeem_enabled: true,
      client_publish_enabled: true,
      client_create_customer_enabled: true,
    }),
  })
}

async function fromPage(t: TestApp, url: string, body: unknown): Promise<CallAnswer> {
  t.clock.advance(LIMITS.clientWindowMs)
  const response = await t.app.http.inject({
    method: 'POST',
    url,
    headers: {
      'content-type': 'application/json',
      'x-client-application-id': t.keys.clientAppId,
      'x-client-token': t.keys.clientToken,
      origin: 'https://shop.example.com',
    },
    payload: JSON.stringify(body),
  })
  return { status: response.statusCode, body: response.json(), headers: response.headers }
}
