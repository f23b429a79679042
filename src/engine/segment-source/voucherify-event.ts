import { isPlainObject, type Json } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import type { Occurrence } from './queued-message.ts'
import type { Shape } from './source-settings.ts'

type Data = { [key: string]: Json }

/** The payload of an occurrence in simple form; `isTruncated` once something of it was left out. */
export type EventData = { data: Data; isTruncated: boolean }

const ORDER_ITEMS_MAX = 50
const DEPTH_MAX = 5
/** What only the full form of an entity has (SO-6). */
const FULL_FORM_ONLY = new Set(['summary', 'assets', 'validation_rules_assignments'])

const isObject = (value: Json | undefined): value is Data => isPlainObject(value)

/** A copy of `object` whose members are what `change` makes of them; undefined leaves one out. */
function mapMembers(object: Data, change: (value: Json, name: string) => Json | undefined): Data {
  const changed = Object.entries(object).map(
    ([name, value]) => [name, change(value, name)] as const,
  )
  return Object.fromEntries(
    changed.filter((member): member is [string, Json] => member[1] !== undefined),
  )
}

/**
 * The payload in simple form (SO-6): no parts that only full forms have, an entity told once where it is a
 * member of `data` and referred to elsewhere, and at most 50 lines of an order.
 */
export function toSimpleData(data: Data): EventData {
  return {
    data: mapMembers(data, (entity) => (isObject(entity) ? toSimpleEntity(entity, data) : entity)),
    isTruncated: hasTooManyItems(data),
  }
}

function toSimpleEntity(entity: Data, siblings: Data): Data {
  return mapMembers(entity, (value, name) => {
    if (FULL_FORM_ONLY.has(name)) return undefined
    if (name === 'metadata') return value
    if (Array.isArray(value)) return name === 'items' ? value.slice(0, ORDER_ITEMS_MAX) : value
    if (!isObject(value)) return value
    return isSame(value, siblings[name]) ? toReference(value) : toSimpleEntity(value, {})
  })
}

function hasTooManyItems(entity: Data): boolean {
  return Object.entries(entity).some(([name, value]) => {
    if (name === 'items' && Array.isArray(value)) return value.length > ORDER_ITEMS_MAX
    return name !== 'metadata' && isObject(value) && hasTooManyItems(value)
  })
}

const isSame = (entity: Data, sibling: Json | undefined): boolean =>
  isObject(sibling) && entity['id'] !== undefined && entity['id'] === sibling['id']

const toReference = (entity: Data): Data =>
  mapMembers(entity, (value, name) =>
    name === 'id' || name === 'source_id' || name === 'object' ? value : undefined,
  )

const without =
  (name: string) =>
  (entity: Json): Json =>
    isObject(entity)
      ? mapMembers(entity, (value, member) => (member === name ? undefined : value))
      : entity

const only =
  (names: readonly string[], change: (entity: Json) => Json) =>
  (data: Data): Data =>
    mapMembers(data, (entity, name) => (names.includes(name) ? change(entity) : entity))

/** What is given up, step by step, until an event is small enough (SO-7); the last two are our own. */
const STEPS: readonly ((data: Data) => Data)[] = [
  only(['order'], without('items')),
  only(['campaign', 'voucher'], without('metadata')),
  only(['earning_rule'], without('metadata')),
  (data) => mapMembers(data, without('metadata')),
  (data) => mapMembers(data, (entity) => (isObject(entity) ? toReference(entity) : entity)),
]

/** `event` and ever smaller forms of it, marked as truncated, down to bare references (SO-7). */
export function* shrink(event: EventData): Generator<EventData> {
  yield event
  let { data } = event
  for (const step of STEPS) {
    data = step(data)
    yield { data, isTruncated: true }
  }
}

/** `properties.voucherifyEvent`: the occurrence whole (SO-2), with `data` in the form that was chosen. */
export function toVoucherifyEvent(
  occurrence: Occurrence,
  { data, isTruncated }: EventData,
  shape: Shape,
): Data {
  const event: Data = {
    id: occurrence.id,
    type: occurrence.type,
    created_at: toIso(occurrence.createdAt),
    group_id: occurrence.groupId,
    entity_id: occurrence.customerId,
    category: occurrence.category,
    event_source: toEventSource(occurrence),
    data,
    ...(isTruncated && { truncated: true }),
  }
  return shape === 'flat' ? flatten(event) : mapMembers(event, limitDepth(DEPTH_MAX - 1))
}

const toEventSource = ({ channel, appId }: Occurrence): Data => ({
  channel,
  ...(appId !== null && { api_key: { app_id: appId } }),
})

/** Nests at most `depth` levels; what lies deeper is told as JSON text, as arrays are in the flat shape. */
const limitDepth =
  (depth: number) =>
  (value: Json): Json => {
    if (typeof value !== 'object' || value === null) return value
    if (depth === 0) return JSON.stringify(value)
    const inner = limitDepth(depth - 1)
    return Array.isArray(value) ? value.map(inner) : mapMembers(value, inner)
  }

/** One level of members, named by their path with `_` between; arrays as JSON text (SO-6). */
function flatten(object: Data, prefix = ''): Data {
  const flat: Data = {}
  for (const [name, value] of Object.entries(object)) {
    const path = prefix + name
    if (isObject(value)) Object.assign(flat, flatten(value, `${path}_`))
    else flat[path] = Array.isArray(value) ? JSON.stringify(value) : value
  }
  return flat
}
