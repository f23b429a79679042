/**
 * What a destination makes of its events, against Segment's published packages in the same process: the
 * parts (triggers, mappings, fields) of Voucherify (Actions), a rich mapping, and the whole way up to the
 * request. Both sides get the very same events, and a figure is only given where both made the same of all
 * of them: the same payloads with keys in the same order, the same sentences where a payload is refused.
 */
import { actionEvents } from './support/action-events.ts'
import {
  ourMapping,
  ourParts,
  ourPath,
  theirMapping,
  theirParts,
  theirPathToRequest,
  theirWholePath,
} from './support/action-sides.ts'
import { compare } from './support/compare.ts'
import { richMapping } from './support/rich-mapping.ts'

const EVENTS = 400
const events = actionEvents(EVENTS)

type MadeRequest = {
  method: string
  url: string
  headers: Record<string, string> | Iterable<[string, string]>
  body?: string
  /** Of a `Request` of the web's; its `body` is a stream. */
  text?(): Promise<string>
}

const SAME_HEADERS = ['authorization', 'secret-key', 'content-type']

/** What must be the same in a request. `user-agent` names its sender, and theirs adds nothing else. */
async function formOfRequest(made: unknown): Promise<unknown> {
  const request = made as MadeRequest
  const { method, url, headers } = request
  const all = new Map(Symbol.iterator in headers ? headers : Object.entries(headers))
  const body = request.text ? await request.text() : request.body
  return { method, url, headers: SAME_HEADERS.map((name) => all.get(name)), body }
}

const parts = { goal: 12, ours: ourParts(events) }
await compare(events, {
  ...parts,
  title: 'Trigger, mapping and fields of the five presets, theirs with triggers parsed beforehand',
  peerName: 'destination-subscriptions and actions-core',
  peer: theirParts(events, { parsesEachTime: false }),
})
await compare(events, {
  ...parts,
  title: 'The same, theirs with triggers parsed for each event, as actions-core does',
  peerName: 'destination-subscriptions and actions-core',
  peer: theirParts(events, { parsesEachTime: true }),
})
await compare(events, {
  title: 'A mapping of 30 directives',
  goal: 12,
  ours: ourMapping(events, richMapping),
  peerName: 'actions-core',
  peer: theirMapping(events, richMapping),
})
const path = { goal: 8, ours: ourPath(events), formOf: formOfRequest }
await compare(events, {
  ...path,
  title: 'An event up to its request, theirs with a stubbed fetch',
  peerName: 'Destination#onEvent',
  peer: theirWholePath(events),
})
await compare(events, {
  ...path,
  title: 'The same, theirs without its request client',
  peerName: 'Destination#onEvent',
  peer: theirPathToRequest(events),
})
