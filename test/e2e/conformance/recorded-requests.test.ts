import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { anyCalls } from '../../support/any-calls.ts'
import { listDeliveries } from '../../support/deliveries.ts'
import { makeDir, type OwnDir } from '../../support/make-dir.ts'
import { requirePeer } from '../../support/peers.ts'
import { type RecordedRequest, type Recorder, startRecorder } from '../../support/recorder.ts'
import { sendCalls, websiteOf } from '../../support/recorder-destination.ts'
import {
  callManagement,
  listReceived,
  type ReceivedEvent,
  type Server,
  startServer,
} from '../../support/server.ts'
import { waitFor } from '../../support/wait-for.ts'

const CALLS = 500
const CALLS_OF_A_BATCH = 50
const KEYS = { apiKey: 'application-ünö', secretKey: 'secret:of:application' }
/**
 * What a sender says of itself and of its connection, and what only ours adds: the key by which a receiver
 * knows a repeated call (D-09). Everything else is what the destination says.
 */
const OF_THE_SENDER = new Set([
  'user-agent',
  'idempotency-key',
  'host',
  'connection',
  'content-length',
  'accept',
  'accept-encoding',
  'accept-language',
  'sec-fetch-mode',
])

type Preset = { name: string; subscribe: string; partnerAction: string; mapping: object }
type Definition = { presets: Preset[] }
type Destination = { onEvent(event: object, settings: object): Promise<unknown> }

/** What became of one event: its requests, or the sentences that refuse it. */
type Outcome = { requests: object[]; refusals: string[] }

function formOf({ method, path, headers, body }: RecordedRequest): object {
  const own = Object.entries(headers).filter(([name]) => !OF_THE_SENDER.has(name))
  // The text, so that the order of keys counts.
  return { method, path, headers: Object.fromEntries(own), body }
}

/** Our presets of the given names, for the recorder at `address`. */
async function addDestination(
  server: Server,
  { address, names }: { address: string; names: readonly string[] },
): Promise<string> {
  const post = (path: string, body: object) =>
    callManagement(server, path, { method: 'POST', body: JSON.stringify(body) })
  const { id } = await post('/api/v1/destinations', {
    source_id: await websiteOf(server),
    definition: 'voucherify-actions',
    settings: { ...KEYS, customURL: address },
    setup: 'custom',
    enabled: true,
  })
  const { presets } = await callManagement(
    server,
    '/api/v1/catalog/destinations/voucherify-actions',
  )
  const own = presets.filter(({ name }: { name: string }) => names.includes(name))
  expect(own).toHaveLength(names.length)
  for (const preset of own)
    await post(`/api/v1/destinations/${id}/mappings`, { ...preset, enabled: true })
  return id
}

describe.skipIf(!inject('hasPeers'))(
  `what Segment's published code and ours send for ${CALLS} calls`,
  () => {
    let definition: Definition
    let folder: OwnDir
    let server: Server
    let ours: Recorder
    let theirs: Recorder
    let events: ReceivedEvent[]
    const ourOutcomes = new Map<string, Outcome>()
    const theirOutcomes = new Map<string, Outcome>()

    async function collectOurs(destinationId: string): Promise<void> {
      const deliveries = await waitFor('every call to be sent or refused', async () => {
        const rows = await listDeliveries(server, destinationId)
        const made = rows.filter(({ mapping_id }) => mapping_id !== null)
        const isDone = made.length === CALLS && made.every(({ outcome }) => outcome !== 'pending')
        return isDone && made
      })
      for (const { message_id, outcome, message } of deliveries)
        ourOutcomes.set(message_id, {
          requests: [],
          refusals: outcome === 'failed' ? [message ?? ''] : [],
        })
      for (const request of ours.requests) {
        const [messageId = ''] = String(request.headers['idempotency-key']).split(':')
        ourOutcomes.get(messageId)?.requests.push(formOf(request))
      }
    }

    async function collectTheirs(): Promise<void> {
      const { Destination: Published } = requirePeer('@segment/actions-core') as {
        Destination: new (definition: Definition) => Destination
      }
      const destination = new Published(definition)
      const subscriptions = definition.presets.map(({ subscribe, partnerAction, mapping }) => ({
        subscribe,
        partnerAction,
        mapping,
      }))
      const settings = { ...KEYS, customURL: theirs.address, subscriptions }
      for (const { message_id, body } of events) {
        const before = theirs.requests.length
        const refusals: string[] = []
        try {
          await destination.onEvent(body, settings)
        } catch (error) {
          refusals.push(...[...(error as Iterable<Error>)].map(({ message }) => message))
        }
        theirOutcomes.set(message_id, {
          requests: theirs.requests.slice(before).map(formOf),
          refusals: refusals.length > 0 ? [refusals.join(' ')] : [],
        })
      }
    }

    beforeAll(async () => {
      definition = requirePeer('@segment/action-destinations/dist/destinations/voucherify')
        .default as Definition
      folder = await makeDir()
      ours = await startRecorder()
      theirs = await startRecorder()
      server = await startServer({
        dataDir: folder.dir,
        env: { PROMOLOOP_ALLOW_PRIVATE_NETWORK: '1' },
      })
      // The sixth of ours, for audiences, has no counterpart (D-08).
      const names = definition.presets.map(({ name }) => name)
      const destinationId = await addDestination(server, { address: ours.address, names })
      const calls = anyCalls(CALLS)
      for (let first = 0; first < CALLS; first += CALLS_OF_A_BATCH)
        expect(await sendCalls(server, calls.slice(first, first + CALLS_OF_A_BATCH))).toBe(true)
      events = await listReceived(server, 'website')
      await collectOurs(destinationId)
      await collectTheirs()
    })
    afterAll(async () => {
      await server?.end()
      await ours?.stop()
      await theirs?.stop()
      await folder?.remove()
    })

    it('has all calls in the log, of five types', () => {
      expect(events).toHaveLength(CALLS)
      expect(new Set(events.map(({ type }) => type))).toEqual(
        new Set(['identify', 'track', 'page', 'screen', 'group']),
      )
    })

    it('has much that is sent and much that is refused', () => {
      const outcomes = [...theirOutcomes.values()]
      expect(outcomes.filter(({ requests }) => requests.length > 0).length).toBeGreaterThan(100)
      expect(outcomes.filter(({ refusals }) => refusals.length > 0).length).toBeGreaterThan(50)
    })

    it('is the same: method, path, headers and body, or the sentences of a refusal', () => {
      for (const { message_id, body } of events)
        expect(ourOutcomes.get(message_id), JSON.stringify(body)).toEqual(
          theirOutcomes.get(message_id),
        )
    })

    it('carries an Idempotency-Key of its own in every request of ours', () => {
      const keys = ours.requests.map(({ headers }) => headers['idempotency-key'])
      expect(new Set(keys).size).toBe(ours.requests.length)
      expect(keys).not.toContain(undefined)
    })
  },
)
