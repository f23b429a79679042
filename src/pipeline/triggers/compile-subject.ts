import type { ParentField, TriggerField } from './field.ts'
import type { TriggerEvent, TriggerSubject } from './trigger.ts'

export type Read = (event: TriggerEvent) => unknown

/** Written out for each field: a member that the code names is read faster than one that a variable names. */
const READ: Readonly<Record<TriggerField, Read>> = {
  type: ({ type }) => type,
  event: ({ event }) => event,
  name: ({ name }) => name,
  userId: ({ userId }) => userId,
  anonymousId: ({ anonymousId }) => anonymousId,
  groupId: ({ groupId }) => groupId,
  previousId: ({ previousId }) => previousId,
  messageId: ({ messageId }) => messageId,
  category: ({ category }) => category,
  channel: ({ channel }) => channel,
  properties: ({ properties }) => properties,
  traits: ({ traits }) => traits,
  context: ({ context }) => context,
  integrations: ({ integrations }) => integrations,
}

/** The same for one member, which is what most conditions look at. */
const READ_MEMBER: Readonly<Record<ParentField, (name: string) => Read>> = {
  properties: (name) => (event) => memberOf(event['properties'], name),
  traits: (name) => (event) => memberOf(event['traits'], name),
  context: (name) => (event) => memberOf(event['context'], name),
  integrations: (name) => (event) => memberOf(event['integrations'], name),
}

const BUILT_IN = [Object, Array, String, Number, Boolean].map(
  ({ prototype }) => prototype as object,
)

/**
 * How to find the value that a condition looks at. A path ends early at a value that is false, 0, "" or
 * null, and finds that value, as in the published package. Only own members are found.
 */
export function compileSubject({ field, path }: TriggerSubject): Read {
  const [name, ...others] = path
  if (name === undefined) return READ[field]
  if (path.includes('')) return () => undefined
  if (path.some(isBuiltIn)) return readOwn(READ[field], path)
  if (others.length === 0 && isParent(field)) return READ_MEMBER[field](name)
  return readPath(READ[field], path)
}

const isParent = (field: TriggerField): field is ParentField => Object.hasOwn(READ_MEMBER, field)

/** Whether values have a member of this name without owning it; only then is it worth the time to ask. */
const isBuiltIn = (name: string): boolean => BUILT_IN.some((prototype) => name in prototype)

function memberOf(parent: unknown, name: string): unknown {
  // Whatever is not falsy can be asked for a member, be it a number.
  return parent ? (parent as Record<string, unknown>)[name] : parent
}

function readPath(read: Read, path: readonly string[]): Read {
  return (event) => {
    let value = read(event)
    for (let at = 0; at < path.length && value; at += 1)
      value = (value as Record<string, unknown>)[path[at] as string]
    return value
  }
}

function readOwn(read: Read, path: readonly string[]): Read {
  return (event) => {
    let value = read(event)
    for (let at = 0; at < path.length && value; at += 1) {
      const name = path[at] as string
      value = Object.hasOwn(value, name) ? memberOf(value, name) : undefined
    }
    return value
  }
}
