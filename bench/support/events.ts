import { randomUUID } from 'node:crypto'

let counter = 0

/** A track call as a web shop sends it, about 430 bytes. */
function event(): object {
  counter += 1
  return {
    type: 'track',
    event: 'Product Added',
    messageId: `bench-${randomUUID()}`,
    userId: `user_${counter % 10_000}`,
    timestamp: '2026-11-01T10:00:00.000Z',
    properties: {
      product_id: `sku_${counter % 500}`,
      name: 'Espresso cup, set of six',
      category: 'Kitchen',
      price: 39.9,
      quantity: 1,
      currency: 'EUR',
      cart_id: `cart_${counter % 1_000}`,
    },
    context: {
      ip: '203.0.113.7',
      locale: 'de-DE',
      library: { name: 'shop-server', version: '2.4.0' },
    },
  }
}

/** The body of `POST /v1/batch` with `size` events, each with a message id of its own. */
export const batchBody = (size: number): string =>
  JSON.stringify({ batch: Array.from({ length: size }, event), sentAt: '2026-11-01T10:00:01.000Z' })
