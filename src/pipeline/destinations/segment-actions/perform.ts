import { isPlainObject, type Json, type JsonObject } from '../../../kernel/json.ts'
import { monotonicMs } from '../../../platform/clock.ts'
import { NetworkError, type Send } from '../../../platform/http/index.ts'
import { LIMITS } from '../../../platform/limits.ts'
import type { Performance, PerformedCall } from '../definition.ts'
import type { Bundle, Foreign, ForeignAction, ForeignTokens, RequestClient } from './foreign.ts'
import { createRequestClient } from './request-client.ts'

/** The keys of mappings under which Segment keeps what is no field of the action. */
export const SYNC_MODE = '__segment_internal_sync_mode'
const MATCHING_KEY = '__segment_internal_matching_key'
const SYNC_MODES = new Set(['add', 'update', 'upsert', 'delete', 'mirror'])

/** What foreign code works with, for calls of one mapping. */
type Work = Pick<Performance, 'mapping'> & { settings: JsonObject; tokens: ForeignTokens }

/**
 * The bundle for one call, or for the calls of a batch (§6.2). All of it is a copy: foreign code may change
 * what it gets.
 */
export function toBundle(
  { core }: Foreign,
  action: ForeignAction,
  work: Work,
  calls: PerformedCall | readonly PerformedCall[],
): Bundle {
  const { settings, tokens, mapping } = structuredClone(work)
  const { accessToken, refreshToken } = tokens
  const syncMode = action.syncMode && toSyncMode(mapping[SYNC_MODE])
  const matchingKey = mapping[MATCHING_KEY]
  const membershipOf = (event: JsonObject): boolean | undefined =>
    core.resolveAudienceMembership(event, syncMode)
  const isBatch = Array.isArray(calls)
  const all = (isBatch ? calls : [calls]) as readonly PerformedCall[]
  const payloads = all.map(({ payload }) => toDeclared(action, structuredClone(payload)))
  const events = all.map(({ event = {} }) => structuredClone(event))
  const [payload, rawData, audienceMembership] = isBatch
    ? [payloads, events, events.map(membershipOf)]
    : [payloads[0], events[0], membershipOf(events[0] ?? {})]
  const personas = personasOf(events[0])
  return {
    payload,
    rawData,
    rawMapping: mapping,
    settings,
    auth: { accessToken, refreshToken },
    ...(audienceMembership !== undefined && { audienceMembership }),
    audienceSettings: personas ? personas['audience_settings'] : {},
    personasContext: personas,
    hookOutputs: toHookOutputs(action, mapping),
    syncMode,
    matchingKey: matchingKey ? String(matchingKey) : undefined,
    features: {},
    statsContext: {},
    subscriptionMetadata: {},
  }
}

const toSyncMode = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && SYNC_MODES.has(value) ? value : undefined

/** The payload without the fields that only we, as the framework does, add to an action (§6.3.1). */
function toDeclared({ fields = {} }: ForeignAction, payload: JsonObject): JsonObject {
  if (Object.keys(fields).length === 0) return payload
  return Object.fromEntries(Object.entries(payload).filter(([key]) => Object.hasOwn(fields, key)))
}

function toHookOutputs({ hooks = {} }: ForeignAction, mapping: JsonObject): JsonObject {
  const saved = Object.keys(hooks).filter((name) => mapping[name])
  return Object.fromEntries(saved.map((name) => [name, mapping[name]]))
}

/** What an event of a computed audience or trait says about it. */
export function personasOf(event: JsonObject | undefined): JsonObject | undefined {
  const context = event?.['context']
  const personas = isPlainObject(context) ? context['personas'] : undefined
  return isPlainObject(personas) ? (personas as JsonObject) : undefined
}

/** The client for one use of foreign code, with what its definition adds to every request. */
export function clientFor(
  { core, definition }: Foreign,
  send: Send,
  bundle: Bundle,
): RequestClient {
  return createRequestClient(core, send, definition.extendRequest?.(bundle) ?? {})
}

/**
 * The same way out for one attempt, however many requests that takes: whoever delivers holds a lease, so all of
 * them must end before it does. What would come later is a `NetworkError` with `ETIMEDOUT`.
 */
export function withinTime(send: Send): Send {
  const endMs = monotonicMs() + LIMITS.foreignAttemptMsMax
  return async ({ timeoutMs = LIMITS.deliveryTimeoutMs, ...request }) => {
    const leftMs = Math.floor(endMs - monotonicMs())
    if (leftMs > 0) return send({ ...request, timeoutMs: Math.min(timeoutMs, leftMs) })
    throw new NetworkError(
      'ETIMEDOUT',
      `The requests of one attempt took longer than ${LIMITS.foreignAttemptMsMax}ms`,
    )
  }
}
