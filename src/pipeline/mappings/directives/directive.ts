import { MappingError, type MappingProblem } from '../mapping.ts'
import type { Check } from './check.ts'
import { dropUndefined } from './drop-undefined.ts'
import type { Steps } from './path.ts'
import type { Work } from './work.ts'

/** Computes a value from a payload: the event, an item of `@arrayPath`, or what `@transform` applied. */
export type Resolve = (payload: unknown) => unknown

/** One word of the language: what its argument must look like, and what it means. */
export type Directive = {
  check: Check
  /** Total: an argument that can never work becomes a function that throws (`fails`). */
  compile(argument: unknown, scope: Scope): Resolve
}

/** What may be watched while a mapping is compiled and run. */
export type Observer = {
  /** The event's value at this path is read. */
  read?(path: string): void
  /** Resolving fails whenever it comes to this place. */
  fail?(problem: MappingProblem): void
  /** Called for every directive, object, array and literal; what it returns runs instead. */
  watch?(place: string, value: unknown, resolve: Resolve): Resolve
}

/** Where in a mapping a value stands, and what follows from that for its meaning. */
export type Scope = {
  /** `/customer/email`; empty at the root. */
  readonly place: string
  /**
   * Whether undefined members of objects stay. They are never part of a result, but @merge, @flatten and
   * @excludeWhenNull tell an undefined member from none. Everywhere else they are left out at once, which
   * saves a pass over the result.
   */
  readonly keepsUndefined: boolean
  /** Whether the payload may hold undefined members, having been made in such a scope. */
  readonly isPayloadRaw: boolean
  /** The path of the payload within the event; undefined when it is not a part of the event. */
  readonly origin: string | undefined
  readonly work: Work
  readonly observer: Observer
  compile(value: unknown, scope: Scope): Resolve
  /** Checks and compiles the mapping of a `@transform`: the rules of a whole mapping hold for it. */
  compileWhole(mapping: Record<string, unknown>, scope: Scope): Resolve
}

/** The scope of a member or item. */
export const inside = (
  scope: Scope,
  name: string | number,
  changes: Partial<Scope> = {},
): Scope => ({ ...scope, ...changes, place: `${scope.place}/${name}` })

/** A value that cannot be resolved: throws when an event comes to it, not before. */
export function fails(scope: Scope, message: string): Resolve {
  const path = scope.place || '/'
  scope.observer.fail?.({ path, message })
  return () => {
    throw new MappingError(`${path} ${message}`)
  }
}

export const always =
  (value: unknown): Resolve =>
  () =>
    value

/** `resolve` without undefined members, where the scope does not keep them. */
export const cleaned = (scope: Scope, resolve: Resolve): Resolve =>
  scope.keepsUndefined ? resolve : (payload) => dropUndefined(resolve(payload))

/** The same for a part of the payload, which holds none unless it was made here. */
export const cleanedPart = (scope: Scope, resolve: Resolve): Resolve =>
  scope.isPayloadRaw ? cleaned(scope, resolve) : resolve

/** Tells the observer that the payload is read at `steps`, as a path of the event. */
export function noteRead(scope: Scope, steps: Steps): void {
  const path = pathInEvent(scope, steps)
  if (path !== undefined) scope.observer.read?.(path || '.')
}

export const pathInEvent = ({ origin }: Scope, steps: Steps): string | undefined =>
  origin === undefined ? undefined : [origin, ...steps].filter((step) => step !== '').join('.')
