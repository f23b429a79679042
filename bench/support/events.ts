import { randomUUID } from 'node:crypto'

const SHAPES = 10_000
const MESSAGE_ID = '{{messageId}}'

/** A track call as a web shop sends it, about 430 bytes. */
const event = (number: number): object => ({
  type: 'track',
  event: 'Product Added',
  messageId: MESSAGE_ID,
  userId: `user_${number}`,
  timestamp: '2026-11-01T10:00:00.000Z',
  properties: {
    product_id: `sku_${number % 500}`,
    name: 'Espresso cup, set of six',
    category: 'Kitchen',
    price: 39.9,
    quantity: 1,
    currency: 'EUR',
    cart_id: `cart_${number % 1_000}`,
  },
  context: {
    ip: '203.0.113.7',
    locale: 'de-DE',
    library: { name: 'shop-server', version: '2.4.0' },
  },
})

// Written beforehand: the load shares the machine with what it measures.
const events = Array.from({ length: SHAPES }, (_, number) => {
  const [before = '', after = ''] = JSON.stringify(event(number)).split(MESSAGE_ID)
  return { before, after }
})
const run = randomUUID()
let sent = 0

function nextEvent(): string {
  sent += 1
  const { before, after } = events[sent % SHAPES] ?? { before: '', after: '' }
  return `${before}${run}-${sent}${after}`
}

/** The body of `POST /v1/batch` with `size` events, each with a message id of its own. */
export function batchBody(size: number): string {
  const batch = Array.from({ length: size }, nextEvent).join(',')
  return `{"batch":[${batch}],"sentAt":"2026-11-01T10:00:01.000Z"}`
}
