/**
 * A small simulated shop that shows the loop at work. It uses nothing but the public doors: visitors
 * call the Tracking API as browsers do, the shop's server calls the engine with its application keys.
 */
import { randomInt, randomUUID } from 'node:crypto'
import {
  CliError,
  type Connection,
  callEngine,
  callManagement,
  callTracking,
  callTrackingFromBrowser,
  EXIT,
} from '../cli/index.ts'
import type { Json, JsonObject } from '../kernel/json.ts'

const VISITOR_EVERY_MS = 1_000
const RETURN_LIMIT_MS = 15_000
const RETURN_POLL_MS = 200
/** One of so many orders comes back. */
const RETURNED_ONE_IN = 5

const WELCOME = 'WELCOME10'
const GIFT = 'GIFT50'
const PRODUCTS = [
  { name: 'Coffee beans', price: 1_450 },
  { name: 'Moka pot', price: 3_900 },
  { name: 'Grinder', price: 8_900 },
  { name: 'Espresso cups', price: 2_200 },
] as const
const FIRST_NAMES = ['Ada', 'Ben', 'Chiara', 'Deniz', 'Emil', 'Fatou', 'Goran', 'Hana'] as const

type Print = (line: string) => void
type Shopper = { userId: string; anonymousId: string; name: string }

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const pick = <T>(values: readonly T[]): T => values[randomInt(values.length)] as T

/** Makes the shop's vouchers; those of an earlier demo are used again. */
async function makeVouchers(connection: Connection): Promise<void> {
  const vouchers: Record<string, JsonObject> = {
    [WELCOME]: { type: 'DISCOUNT_VOUCHER', discount: { type: 'PERCENT', percent_off: 10 } },
    [GIFT]: { type: 'GIFT_VOUCHER', gift: { amount: 100_000_000 } },
  }
  for (const [code, body] of Object.entries(vouchers)) {
    try {
      await callEngine(connection, { method: 'POST', path: `/v1/vouchers/${code}`, body })
    } catch (error) {
      const isThere = error instanceof CliError && error.exitCode === EXIT.conflict
      if (!isThere) throw error
    }
  }
}

/** A visitor looks around and signs in: what a browser sends. */
async function browse(connection: Connection): Promise<Shopper> {
  const anonymousId = randomUUID()
  const userId = `shopper_${randomInt(1_000)}`
  const name = pick(FIRST_NAMES)
  const email = `${userId}@shop.example`
  const call = (path: string, body: JsonObject): Promise<JsonObject> =>
    callTrackingFromBrowser(connection, {
      method: 'POST',
      path,
      body: { anonymousId, messageId: `demo-${randomUUID()}`, ...body },
    })
  await call('/v1/page', { name: 'Home', properties: { path: '/' } })
  await call('/v1/identify', { userId, traits: { name, email } })
  await call('/v1/track', {
    userId,
    event: 'Product Viewed',
    properties: { name: pick(PRODUCTS).name },
  })
  return { userId, anonymousId, name }
}

/** Checks out: the shop's server validates the code, redeems it and tells the pipeline of the order. */
async function checkOut(
  connection: Connection,
  shopper: Shopper,
): Promise<{ redemptionId: string; code: string }> {
  const product = pick(PRODUCTS)
  const code = pick([WELCOME, GIFT])
  const gift = code === GIFT ? { gift: { credits: 500 } } : {}
  const body: JsonObject = {
    redeemables: [{ object: 'voucher', id: code, ...gift }],
    order: { amount: product.price },
    customer: { source_id: shopper.userId },
  }
  await callEngine(connection, { method: 'POST', path: '/v1/validations', body })
  const answer = await callEngine(connection, { method: 'POST', path: '/v1/redemptions', body })
  await callTracking(connection, {
    method: 'POST',
    path: '/v1/track',
    body: {
      userId: shopper.userId,
      messageId: `demo-${randomUUID()}`,
      event: 'Order Completed',
      properties: { product: product.name, total: product.price / 100, coupon: code },
    },
  })
  const redemptions = answer['redemptions'] as [{ id: string }]
  return { redemptionId: redemptions[0].id, code }
}

/** The track call that told of `occurrence`, once the source *Voucherify* has received it. */
async function awaitReturn(
  connection: Connection,
  { userId, event, mentions }: { userId: string; event: string; mentions: string },
): Promise<{ receivedAt: Date } | undefined> {
  const deadline = performance.now() + RETURN_LIMIT_MS
  while (performance.now() < deadline) {
    const { data } = await callManagement(connection, {
      path: '/api/v1/events',
      query: { type: 'track', event, user_id: userId, limit: 20 },
    })
    const found = (data as { received_at: string; body: Json }[]).find(({ body }) =>
      JSON.stringify(body).includes(`"${mentions}"`),
    )
    if (found) return { receivedAt: new Date(found.received_at) }
    await pause(RETURN_POLL_MS)
  }
  return undefined
}

/** One visitor from the first page to the event that closes the loop; sometimes the order is returned. */
async function runVisitor(connection: Connection, print: Print): Promise<void> {
  const shopper = await browse(connection)
  const redeemedAt = performance.timeOrigin + performance.now()
  const { redemptionId, code } = await checkOut(connection, shopper)
  await tell(connection, print, {
    shopper,
    what: `redeemed ${code}`,
    event: 'Redemption succeeded',
    mentions: redemptionId,
    sinceMs: redeemedAt,
  })
  if (randomInt(RETURNED_ONE_IN) !== 0) return

  const rolledBackAt = performance.timeOrigin + performance.now()
  const rollback = await callEngine(connection, {
    method: 'POST',
    path: `/v1/redemptions/${redemptionId}/rollback`,
    body: { reason: 'returned' },
  })
  await tell(connection, print, {
    shopper,
    what: `returned ${code}`,
    event: 'Redemption rollback succeeded',
    mentions: String(rollback['id']),
    sinceMs: rolledBackAt,
  })
}

async function tell(
  connection: Connection,
  print: Print,
  loop: { shopper: Shopper; what: string; event: string; mentions: string; sinceMs: number },
): Promise<void> {
  const { shopper, what, event, mentions, sinceMs } = loop
  const returned = await awaitReturn(connection, { userId: shopper.userId, event, mentions })
  const who = `${shopper.name} (${shopper.userId})`
  print(
    returned
      ? `↻ ${who} ${what} → "${event}" came back after ${Math.round(returned.receivedAt.getTime() - sinceMs)} ms`
      : `✕ ${who} ${what} → "${event}" did not come back within ${RETURN_LIMIT_MS / 1000} s`,
  )
}

/** Runs the shop until the process ends: a visitor a second, one line for each closed loop. */
export async function runDemoShop(connection: Connection, print: Print): Promise<never> {
  await makeVouchers(connection)
  print('The demo shop is open: one line for each closed loop, Ctrl-C to stop.')
  for (;;) {
    runVisitor(connection, print).catch((error: unknown) =>
      print(`✕ a visitor failed: ${error instanceof Error ? error.message : String(error)}`),
    )
    await pause(VISITOR_EVERY_MS)
  }
}
