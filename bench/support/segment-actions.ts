/** Segment's published packages, as `test/peers` installs them, with what the benchmarks call of them. */
import { dirname } from 'node:path'
import type { JsonObject } from '../../src/kernel/json.ts'
import type { FieldDefinitions } from '../../src/pipeline/fields/index.ts'
import { requirePeer } from '../../test/support/peers.ts'

type Schema = { [key: string]: unknown }
export type Subscription = { error?: Error }
export type Preset = { name: string; subscribe: string; partnerAction: string; mapping: JsonObject }

export type Definition = {
  name: string
  actions: Record<string, { title: string; fields: FieldDefinitions }>
  presets: Preset[]
}

/** `options.headers` are what the destination adds to each request. */
type RequestClient = (url: string, options: { method: string; json: unknown }) => unknown
type Extend = (bundle: object) => { headers: Record<string, string> }
type Action = { extendRequest: Extend; createRequestClient(bundle: object): RequestClient }

export type Destination = {
  actions: Record<string, Action>
  onEvent(event: JsonObject, settings: object): Promise<unknown>
}

type Sent = { url: string; method: string; headers: { get(name: string): string | null } }
export type SentRequest = Sent & { text(): Promise<string> }
type Fetch = { default: (request: SentRequest) => Promise<unknown>; Response: new () => unknown }

const kit = dirname(requirePeer.resolve('@segment/actions-core'))

export const { parseFql, validate } = requirePeer('@segment/destination-subscriptions') as {
  parseFql(text: string): Subscription
  validate(subscription: Subscription, event: JsonObject): boolean
}
export const { transform, Destination: PublishedDestination } = requirePeer(
  '@segment/actions-core',
) as {
  transform(mapping: JsonObject, event: JsonObject): JsonObject
  Destination: new (definition: Definition) => Destination
}
export const { fieldsToJsonSchema, removeEmptyValues, validateSchema } = {
  ...requirePeer(`${kit}/destination-kit/fields-to-jsonschema`),
  ...requirePeer(`${kit}/remove-empty-values`),
  ...requirePeer(`${kit}/schema-validation`),
} as {
  fieldsToJsonSchema(fields: FieldDefinitions): Schema
  removeEmptyValues(payload: unknown, schema: Schema, isRoot: boolean): JsonObject
  validateSchema(
    payload: JsonObject,
    schema: Schema,
    options: { schemaKey: string; exempt: string[] },
  ): void
}
export const published = requirePeer('@segment/action-destinations/dist/destinations/voucherify')
  .default as Definition

/** Answers every request at once, with an empty 200; `onSent` sees it first. */
export function stubFetch(onSent: (request: SentRequest) => void): void {
  const module = requirePeer(`${kit}/fetch`) as Fetch
  module.default = (request) => {
    onSent(request)
    return Promise.resolve(new module.Response())
  }
}

/** The sentences of what `validateSchema` throws; rethrows whatever else it is. */
export function sentencesOf(error: unknown): string[] {
  if (!(error instanceof Error) || error.name !== 'AggregateAjvError') throw error
  return [...(error as unknown as Iterable<Error>)].map(({ message }) => message)
}
