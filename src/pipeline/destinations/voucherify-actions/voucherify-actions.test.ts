import { describe, expect, it } from 'vitest'
import { checkSettings } from '../check-settings.ts'
import type { RequestDecision } from '../definition.ts'
import { requestOf } from '../run-presets.fixture.ts'
import { voucherifyActions } from './index.ts'

const SETTINGS = {
  apiKey: 'APP',
  secretKey: 'SEC',
  customURL: 'https://us1.segmentio.voucherify.io/',
}
const { actions, presets } = voucherifyActions

describe('Voucherify (Actions)', () => {
  it.each([
    ['upsertCustomer', 'customer-processing'],
    ['addCustomEvent', 'event-processing'],
    ['assignCustomerToGroup', 'group-processing'],
  ])('sends %s to %s, with the headers of §12.2.3 and the payload as body', (key, path) => {
    expect(requestOf(actions[key], { type: 'x', metadata: { a: null } }, SETTINGS)).toEqual({
      method: 'POST',
      url: `https://us1.segmentio.voucherify.io/segmentio/${path}`,
      headers: {
        authorization: 'Basic QVBQ',
        'secret-key': 'U0VD',
        'content-type': 'application/json',
        'user-agent': 'Promoloop (Actions)',
      },
      body: '{"type":"x","metadata":{"a":null}}',
    })
  })

  it('tests the connection at test-authentication (§12.2.4)', () => {
    expect(
      voucherifyActions.toTestRequest?.({ ...SETTINGS, customURL: 'http://localhost:4000/base/' }),
    ).toEqual({
      method: 'GET',
      url: 'http://localhost:4000/base/segmentio/test-authentication',
      headers: {
        authorization: 'Basic QVBQ',
        'secret-key': 'U0VD',
        'user-agent': 'Promoloop (Actions)',
      },
    })
  })

  it.each([
    ['no application id', { apiKey: undefined }, 'apiKey'],
    ['an empty application id', { apiKey: '' }, 'apiKey'],
    ['no secret', { secretKey: null }, 'secretKey'],
    ['no address', { customURL: undefined }, 'customURL'],
    [
      'an address that is none',
      { customURL: 'us1.segmentio.voucherify.io' },
      'Custom Voucherify URL',
    ],
    ['another protocol', { customURL: 'ftp://loop.example' }, 'Custom Voucherify URL'],
  ])(
    'makes no request of settings with %s, and says why (§12.2.2, INVALID_SETTINGS)',
    (_what, wrong, named) => {
      const settings = JSON.parse(JSON.stringify({ ...SETTINGS, ...wrong }))
      const decisions: (RequestDecision | undefined)[] = [
        voucherifyActions.toTestRequest?.(settings),
        ...Object.values(actions).map((action) => requestOf(action, {}, settings)),
      ]
      for (const decision of decisions)
        expect(decision).toEqual({
          reason: 'INVALID_SETTINGS',
          message: expect.stringContaining(named),
        })
      expect(checkSettings(voucherifyActions, settings)).toMatchObject({ ok: false })
    },
  )

  it('gives no header away to a caller that changes it', () => {
    const first = voucherifyActions.toTestRequest?.(SETTINGS)
    if (first && 'headers' in first) Reflect.set(first.headers, 'authorization', 'changed')
    expect(voucherifyActions.toTestRequest?.(SETTINGS)).toMatchObject({
      headers: { authorization: 'Basic QVBQ' },
    })
  })

  it('hints at the Custom URL when it was given the API endpoint', () => {
    const customURL = 'https://us1.api.voucherify.io'
    expect(voucherifyActions.settingsHint?.({ ...SETTINGS, customURL })).toContain(
      'https://us1.segmentio.voucherify.io',
    )
    expect(voucherifyActions.settingsHint?.(SETTINGS)).toBeUndefined()
  })

  it('has the presets of the seed in its order, and the one for Engage (D-08)', () => {
    expect(presets.map(({ name, trigger, action }) => [name, trigger, action])).toEqual([
      ['Create Or Update Customer', 'type = "identify"', 'upsertCustomer'],
      ['Add Custom Event (Track Event)', 'type = "track"', 'addCustomEvent'],
      ['Add Custom Event (Page Event)', 'type = "page"', 'addCustomEvent'],
      ['Add Custom Event (Screen Event)', 'type = "screen"', 'addCustomEvent'],
      ['Assign Customer To Group', 'type = "group"', 'assignCustomerToGroup'],
      [
        'Sync Engage audiences and traits',
        'type = "identify" and context.personas.computation_key != null',
        'upsertCustomer',
      ],
    ])
  })
})
