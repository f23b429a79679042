/** A published client: an object of methods and of namespaces that hold more of them. */
// biome-ignore lint/suspicious/noExplicitAny: SDKs of a hundred methods, called as their users do.
export type Client = any

/** What namespaces hold for themselves: the connection that all methods share. */
const PRIVATE = new Set(['client', 'requestController', 'constructor'])

/**
 * The names of all methods of `client`, such as `vouchers.balance.create`. What can be reached by several ways is
 * told by the shortest.
 */
export function listMethods(client: Client): string[] {
  const methods: string[] = []
  const seen = new Set<object>()
  const queue: [prefix: string, namespace: Client][] = [['', client]]
  for (const [prefix, namespace] of queue) {
    if (seen.has(namespace)) continue
    seen.add(namespace)
    for (const name of namesOf(namespace)) {
      const value = namespace[name]
      if (typeof value === 'function') methods.push(`${prefix}${name}`)
      else if (isNamespace(value)) queue.push([`${prefix}${name}.`, value])
    }
  }
  return methods.sort()
}

/** `client`, of which `called` learns the names of the methods that are called. */
export function watchCalls(client: Client, called: Set<string>, prefix = ''): Client {
  return new Proxy(client, {
    get(target, name) {
      const value = target[name]
      const path = `${prefix}${String(name)}`
      if (isNamespace(value)) return watchCalls(value, called, `${path}.`)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        called.add(path)
        return value.apply(target, args)
      }
    },
  })
}

function namesOf(namespace: Client): Set<string> {
  const names = new Set<string>()
  let holder = namespace
  while (holder !== null && holder !== Object.prototype) {
    for (const name of Object.getOwnPropertyNames(holder)) names.add(name)
    holder = Object.getPrototypeOf(holder)
  }
  for (const name of PRIVATE) names.delete(name)
  return names
}

const isNamespace = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
