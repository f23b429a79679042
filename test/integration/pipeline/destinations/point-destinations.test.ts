import { describe, expect, it } from 'vitest'
import {
  listDeliverableDestinations,
  pointDestinations,
} from '../../../../src/pipeline/destinations/index.ts'
import { inTransaction } from '../../../../src/platform/db.ts'
import { SETTINGS, useDestinationsApi } from './support.ts'

const api = useDestinationsApi()

describe('pointDestinations', () => {
  it('moves what points at the old address, and leaves other addresses and all secrets', async () => {
    const from = 'http://127.0.0.1:3000'
    const to = 'https://loop.example'
    const settings = { ...SETTINGS, apiKey: from }
    const addresses: [before: string, after: string][] = [
      [from, to],
      [`${from}/`, `${to}/`],
      [`${from}/base`, `${to}/base`],
      ['http://127.0.0.1:30001', 'http://127.0.0.1:30001'],
      ['https://segmentio.voucherify.io', 'https://segmentio.voucherify.io'],
    ]
    const expected = new Map<string, string>()
    for (const [customURL, after] of addresses) {
      const { id } = await api.addDestination({
        settings: { ...settings, customURL },
        enabled: true,
      })
      expected.set(id, after)
    }
    await inTransaction(api.db, (tx) => pointDestinations(tx, { from, to, now: api.clock.now() }))
    const found = new Map(
      (await listDeliverableDestinations(api)).map(({ id, settings: now }) => [id, now]),
    )
    for (const [id, customURL] of expected)
      expect(found.get(id)).toEqual({ ...settings, customURL })
  })
})
