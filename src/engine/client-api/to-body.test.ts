import qs from 'qs'
import { describe, expect, it } from 'vitest'
import { toBody } from './to-body.ts'

describe('toBody', () => {
  it('reads the query of the published client', () => {
    const query =
      'code=A&item[0][product_id]=p1&item[0][quantity]=2&item[0][price]=10000&amount=1000&metadata[m]=1' +
      '&order[metadata][o]=1&customer[source_id]=s&customer[metadata][x]=1&tracking_id=trk_1' +
      '&session_type=LOCK&session_key=k&session_ttl=1&session_ttl_unit=HOURS'
    expect(toBody(qs.parse(query))).toEqual({
      code: 'A',
      order: {
        items: [{ product_id: 'p1', quantity: '2', price: '10000' }],
        amount: '1000',
        metadata: { o: '1' },
      },
      metadata: { m: '1' },
      customer: { source_id: 's', metadata: { x: '1' } },
      tracking_id: 'trk_1',
      session: { type: 'LOCK', key: 'k', ttl: '1', ttl_unit: 'HOURS' },
    })
  })

  it('makes no order and no session of nothing', () => {
    expect(toBody({ code: 'A' })).toEqual({ code: 'A' })
  })
})
