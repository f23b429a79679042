/** The sides that bench/actions.ts compares: ours, and the same work done by Segment's published packages. */
import type { Json, JsonObject } from '../../src/kernel/json.ts'
import { findDefinition } from '../../src/pipeline/destinations/index.ts'
import { compileFields } from '../../src/pipeline/fields/index.ts'
import type { LogEntry } from '../../src/pipeline/log/index.ts'
import { compileMapping } from '../../src/pipeline/mappings/index.ts'
import { compileDestination } from '../../src/pipeline/process-batch/compile-destination.ts'
import { type Fate, processBatch } from '../../src/pipeline/process-batch/index.ts'
import { compileTrigger } from '../../src/pipeline/triggers/index.ts'
import type { Result, Side } from './compare.ts'
import {
  type Destination,
  fieldsToJsonSchema,
  type Preset,
  PublishedDestination,
  parseFql,
  published,
  removeEmptyValues,
  type Subscription,
  sentencesOf,
  stubFetch,
  transform,
  validate,
  validateSchema,
} from './segment-actions.ts'

type Events = readonly JsonObject[]

/** How many entries a reader hands over at once. */
const BATCH = 100
const SETTINGS = {
  apiKey: 'application-id-of-the-bench',
  secretKey: 'secret-key-of-the-bench',
  customURL: 'https://us1.segmentio.voucherify.io',
}

const found = findDefinition('voucherify-actions')
if (!found) throw new Error('our definition is not in the catalog')
const definition = found
/** The five that are published; the sixth of ours has no counterpart (D-08). */
const presets = published.presets.map(({ name }) => {
  const preset = definition.presets.find((own) => own.name === name)
  if (!preset) throw new Error(`our definition has no preset ${name}`)
  return preset
})

/** Trigger, mapping and fields of the presets, compiled beforehand. */
export function ourParts(events: Events): Side {
  const mappings = presets.map(({ trigger: text, action, mapping }) => {
    const trigger = compileTrigger(text)
    const fields = definition.actions[action]?.fields
    if (!trigger.ok || !fields) throw new Error(`the preset with ${text} cannot be used`)
    const { matches } = trigger
    return { matches, resolve: compileMapping(mapping), check: compileFields(fields) }
  })
  return (take) => {
    for (const [index, event] of events.entries())
      for (const { matches, resolve, check } of mappings) {
        if (!matches(event)) continue
        const checked = check(resolve(event))
        take(checked.ok ? { made: checked.value } : { refused: checked.errors.join(' ') }, index)
      }
  }
}

type TheirMapping = Pick<Preset, 'subscribe' | 'mapping'> & {
  parsed: Subscription
  schema: ReturnType<typeof fieldsToJsonSchema>
  options: { schemaKey: string; exempt: string[] }
}

/**
 * The same of theirs, step by step as their `Action#execute` does it. Where `parsesEachTime`, a subscription
 * is parsed for every event, as their `Destination#onSubscription` does; else once, beforehand.
 */
export function theirParts(events: Events, { parsesEachTime }: { parsesEachTime: boolean }): Side {
  const subscriptions = published.presets.map(
    ({ subscribe, partnerAction, mapping }): TheirMapping => {
      const action = published.actions[partnerAction]
      if (!action) throw new Error(`there is no published action ${partnerAction}`)
      const options = { schemaKey: `bench:${action.title}`, exempt: ['dynamicAuthSettings'] }
      const schema = fieldsToJsonSchema(action.fields)
      return { subscribe, parsed: parseFql(subscribe), mapping, schema, options }
    },
  )
  const run = (event: JsonObject, { mapping, schema, options }: TheirMapping): Result => {
    const payload = removeEmptyValues(transform(mapping, event), schema, true)
    try {
      validateSchema(payload, schema, options)
      return { made: payload }
    } catch (error) {
      return { refused: sentencesOf(error).join(' ') }
    }
  }
  return (take) => {
    for (const [index, event] of events.entries())
      for (const subscription of subscriptions) {
        const { subscribe, parsed } = subscription
        if (validate(parsesEachTime ? parseFql(subscribe) : parsed, event))
          take(run(event, subscription), index)
      }
  }
}

/** One mapping for every event, compiled beforehand. */
export function ourMapping(events: Events, mapping: JsonObject): Side {
  const resolve = compileMapping(mapping as Json)
  return (take) => {
    for (const [index, event] of events.entries()) take({ made: resolve(event) }, index)
  }
}

/** Theirs knows no compiling: it checks and walks the mapping for every event. */
export function theirMapping(events: Events, mapping: JsonObject): Side {
  return (take) => {
    for (const [index, event] of events.entries()) take({ made: transform(mapping, event) }, index)
  }
}

/** From the log entry to the request, through the stages of a destination, a batch at a time. */
export function ourPath(events: Events): Side {
  const destination = compileDestination(
    {
      id: 'dest_bench',
      projectId: 'proj_bench',
      sourceId: 'src_bench',
      definition: definition.slug,
      settings: SETTINGS,
      ordering: 'best_effort',
      concurrency: 1,
      createdAt: new Date(0),
      enabledAt: new Date(0),
      filters: [],
      version: '1',
      mappings: presets.map((preset, index) => ({
        ...preset,
        id: `map_${index}`,
        isEnabled: true,
        sortOrder: index,
      })),
    },
    definition,
  )
  const entries = events.map((body, position) => toEntry(body, position))
  const batches = Array.from({ length: Math.ceil(events.length / BATCH) }, (_, index) =>
    entries.slice(index * BATCH, (index + 1) * BATCH),
  )
  return (take) => {
    for (const batch of batches)
      for (const { entry, fates } of processBatch(destination, batch))
        for (const fate of fates) {
          const result = resultOf(fate)
          if (result) take(result, entry.position)
        }
  }
}

/** Undefined where the event is not meant for a mapping: theirs says nothing of that. */
function resultOf(fate: Fate): Result | undefined {
  if (fate.kind === 'filtered') return undefined
  return fate.kind === 'call' ? { made: fate.request } : { refused: fate.message }
}

const toEntry = (body: JsonObject, position: number): LogEntry => ({
  position,
  projectId: 'proj_bench',
  sourceId: 'src_bench',
  messageId: String(body['messageId']),
  type: String(body['type']),
  event: null,
  userId: null,
  anonymousId: null,
  receivedAt: new Date(1),
  body,
})

/** The last request that the published destination made. */
let sent: unknown

/** What their `Destination` makes of one event after the other. */
function theirPath(events: Events, destination: Destination): Side {
  const subscriptions = published.presets.map(({ subscribe, partnerAction, mapping }) => ({
    subscribe,
    partnerAction,
    mapping,
  }))
  const settings = { ...SETTINGS, subscriptions }
  return async (take) => {
    for (const [index, event] of events.entries()) {
      sent = undefined
      try {
        await destination.onEvent(event, settings)
        if (sent !== undefined) take({ made: sent }, index)
      } catch (error) {
        take({ refused: sentencesOf(error).join(' ') }, index)
      }
    }
  }
}

/** With their request client as published: it makes a `Request`, and reads the answer that comes at once. */
export function theirWholePath(events: Events): Side {
  stubFetch((request) => {
    sent = request
  })
  return theirPath(events, new PublishedDestination(published))
}

/** The same work as ours and no more: in place of their request client stands one that writes the request down. */
export function theirPathToRequest(events: Events): Side {
  const destination = new PublishedDestination(published)
  for (const action of Object.values(destination.actions))
    action.createRequestClient = (bundle) => {
      const { headers } = action.extendRequest(bundle)
      return (url, { method, json }) => {
        sent = {
          method: method.toUpperCase(),
          url,
          headers: { ...headers, 'content-type': 'application/json' },
          body: JSON.stringify(json),
        }
      }
    }
  return theirPath(events, destination)
}
