/** A value as JSON can carry it. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/** A JSON object; `undefined` members are allowed because `JSON.stringify` leaves them out. */
export type JsonObject = { [key: string]: Json | undefined }

/** True for objects written as `{…}`: not null, not an array, not a class instance. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

/** A copy of `object` without the members whose value is `undefined`. */
export function withoutUndefined<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T
}
