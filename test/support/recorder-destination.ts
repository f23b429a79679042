import { expect } from 'vitest'
import { listDeliveries } from './deliveries.ts'
import type { RecordedRequest } from './recorder.ts'
import { callManagement, type Server } from './server.ts'
import { waitFor } from './wait-for.ts'

type Wish = { url: string; ordering?: 'best_effort' | 'strict' }

/** The source of `server` that the first start made for a website. */
export async function websiteOf(server: Server): Promise<string> {
  const { data } = await callManagement(server, '/api/v1/sources')
  return data.find(({ catalog }: { catalog: string }) => catalog === 'website').id
}

/** One more *Voucherify (Actions)* of the website's calls, with its presets, that sends to `url`; its id. */
export async function addDestination(server: Server, { url, ordering }: Wish): Promise<string> {
  const { id } = await callManagement(server, '/api/v1/destinations', {
    method: 'POST',
    body: JSON.stringify({
      source_id: await websiteOf(server),
      definition: 'voucherify-actions',
      settings: { apiKey: 'APP', secretKey: 'SEC', customURL: url },
      setup: 'quick',
      enabled: true,
      ...(ordering && { ordering }),
    }),
  })
  return id
}

/** A track call whose message id says whose it is and the how manieth of theirs. */
export type Tracked = { messageId: string; type: string; userId: string; event: string }

/** `each` track calls of each of `persons` persons, one person's in their order, the persons' in turn. */
export const tracks = (persons: number, each: number): Tracked[] =>
  Array.from({ length: persons * each }, (_, index) => {
    const person = `person${index % persons}`
    const number = Math.floor(index / persons)
    return {
      messageId: `${person}-${number}`,
      type: 'track',
      userId: person,
      event: `Step ${number}`,
    }
  })

/** Sends calls in one request; resolves with whether they were accepted. */
export async function sendCalls(server: Server, batch: readonly object[]): Promise<boolean> {
  const response = await fetch(`${server.address}/v1/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ writeKey: server.writeKey, batch }),
  })
  await response.arrayBuffer()
  return response.ok
}

const keyOf = ({ headers }: RecordedRequest): string => String(headers['idempotency-key'])
export const messageOf = (request: RecordedRequest): string => keyOf(request).split(':')[0] ?? ''
export const personOf = (messageId: string): string => messageId.split('-')[0] ?? ''

export type Totals = {
  unread: number
  events: number
  received: number
  filtered: { total: number }
  delivered: { total: number; first_try: number; on_retry: number }
  failed: { total: number }
  pending: number
}

/**
 * Waits until `destination` has looked at so many events and nothing is pending any more. The numbers of Event
 * Delivery must add up whenever they are asked for (pipeline §7.5).
 */
export const waitUntilSettled = (
  server: Server,
  { destination, events, limitMs }: { destination: string; events: number; limitMs: number },
): Promise<Totals> =>
  waitFor(
    `destination ${destination} to be through with ${events} events`,
    async () => {
      const path = `/api/v1/destinations/${destination}/event-delivery`
      const totals: Totals = await callManagement(server, path)
      const { received, filtered, delivered, failed, pending } = totals
      expect(received).toBe(filtered.total + delivered.total + failed.total + pending)
      return totals.unread === 0 && pending === 0 && totals.events === events && totals
    },
    limitMs,
  )

/**
 * What holds after any fault: one record for each (event, mapping); each call arrived, always with the same
 * Idempotency-Key and the same body; and each person's calls arrived for the first time in their order.
 */
export async function expectNothingLost(
  server: Server,
  {
    destination,
    calls,
    requests,
  }: { destination: string; calls: readonly Tracked[]; requests: readonly RecordedRequest[] },
): Promise<void> {
  const wanted = calls.map(({ messageId }) => messageId).sort()
  const recorded = (await listDeliveries(server, destination)).filter(
    ({ outcome }) => outcome === 'delivered',
  )
  expect(recorded.map(({ message_id }) => message_id).sort()).toEqual(wanted)
  expect(new Set(requests.map(messageOf))).toEqual(new Set(wanted))
  const said = new Set(requests.map((request) => `${keyOf(request)} ${request.body}`))
  expect(said.size).toBe(wanted.length)
  expectOrder(calls, [...new Set(requests.map(messageOf))])
}

/** Expects each person's messages in `arrived` to be in the order of `calls`. */
export function expectOrder(calls: readonly Tracked[], arrived: readonly string[]): void {
  for (const person of new Set(calls.map(({ userId }) => userId))) {
    const sent = calls.filter(({ userId }) => userId === person).map(({ messageId }) => messageId)
    expect(arrived.filter((messageId) => personOf(messageId) === person)).toEqual(sent)
  }
}
