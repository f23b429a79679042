/** PostgreSQL keeps neither NUL nor half a character. */
const UNSTORABLE = /\0|\p{Surrogate}/u

/** True when a text anywhere in `value`, a name too, is one that PostgreSQL would refuse. */
export function isUnstorable(value: unknown): boolean {
  if (typeof value === 'string') return UNSTORABLE.test(value)
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([name, member]) => isUnstorable(name) || isUnstorable(member))
}
