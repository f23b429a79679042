/**
 * Events of every type in the shapes that sources send: sparse and full ones, some with traits of the wrong
 * type that are turned into the right one, some with empty texts and null, and a few that are refused.
 */
import type { Json, JsonObject } from '../../src/kernel/json.ts'

type Members = { [key: string]: Json }

/** How often each type comes, out of twenty: mostly track calls. */
const TYPES = [
  ...Array.from({ length: 9 }, () => 'track'),
  ...Array.from({ length: 4 }, () => 'page'),
  ...Array.from({ length: 4 }, () => 'identify'),
  ...['screen', 'group', 'alias'],
] as const
type Type = (typeof TYPES)[number]

/** One event in this many is refused, for it tells no user. */
const NO_USER_EVERY = 61
/** Another reason for a refusal: a name that is no text. These numbers are identify calls. */
const hasOddName = (number: number): boolean => number % 200 === 19

const context = (number: number): Members => ({
  ip: '203.0.113.7',
  locale: 'de-DE',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36',
  library: { name: 'analytics-node', version: '3.1.0' },
  page: { path: '/cups', referrer: '', title: 'Cups', url: 'https://shop.example/cups' },
  ...(number % 3 === 0 && { traits: { email: `user_${number}@example.com` } }),
})

const order = (number: number): Members => ({
  order_id: `order-${number}`,
  total: 19.5 + number,
  currency: 'EUR',
  coupon: number % 4 === 0 ? null : `SPRING-${number}`,
  products: Array.from({ length: 1 + (number % 4) }, (_, index) => ({
    product_id: `sku_${index}`,
    name: `Cup ${index}`,
    price: 4.5 * (index + 1),
    quantity: index + 1,
  })),
})

const properties = (number: number): Members => ({
  ...order(number),
  ...(number % 2 === 0 && { email: `shopper_${number}@example.com` }),
  ...(number % 5 === 0 && { referral: { code: `REF${number}`, referrer_id: number } }),
  ...(number % 7 === 0 && { loyalty: { code: number } }),
  ...(number % 3 !== 0 && {
    metadata: { shop: 'Berlin', basket: { size: number % 9, gift: false }, tags: ['a', 'b'] },
  }),
})

const traits = (number: number): Members => ({
  first_name: 'Grace',
  last_name: number % 4 === 0 ? null : `Hopper ${number}`,
  name: hasOddName(number) ? { first: 'Grace' } : `Grace Hopper ${number}`,
  email: `user_${number}@example.com`,
  phone: number % 3 === 0 ? 4930123456 : '+4930123456',
  description: number % 5 === 0 ? '' : 'Buys cups',
  birthdate: '1906-12-09',
  ...(number % 2 === 0 && {
    address: { city: 'Berlin', postal_code: 10115, street: 'Invalidenstraße 1', country: null },
  }),
  ...(number % 3 !== 0 && { metadata: { plan: 'gold', visits: number, active: true } }),
})

const partOf = (type: Type, number: number): Members => {
  switch (type) {
    case 'track':
      return { event: `Lesson ${number % 17} Finished`, properties: properties(number) }
    case 'page':
    case 'screen':
      return { name: `Room ${number % 11}`, properties: number % 4 === 0 ? {} : properties(number) }
    case 'identify':
      return { traits: traits(number) }
    case 'group':
      return { groupId: `group_${number % 5}`, traits: { rank: 'admiral', members: number } }
    default:
      return { previousId: `visitor_${number}` }
  }
}

function toEvent(number: number): Members {
  // 7 has no divisor in common with 20, so the types come in no order, each as often as it should.
  const type = TYPES[(number * 7) % TYPES.length] ?? 'track'
  return {
    type,
    messageId: `message-${number}`,
    anonymousId: `visitor_${number}`,
    ...(number % NO_USER_EVERY !== 0 && { userId: `user_${number}` }),
    timestamp: '2026-11-01T10:00:00.000Z',
    receivedAt: '2026-11-01T10:00:01.000Z',
    context: context(number),
    integrations: {},
    ...partOf(type, number),
  }
}

/** The same events each time, as `JSON.parse` makes them: that is how both sides get them at work. */
export const actionEvents = (count: number): JsonObject[] =>
  Array.from(
    { length: count },
    (_, number) => JSON.parse(JSON.stringify(toEvent(number))) as JsonObject,
  )
