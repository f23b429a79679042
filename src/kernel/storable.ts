/** PostgreSQL keeps neither NUL nor half of a surrogate pair. */
const EVERY_UNSTORABLE = /\0|\p{Surrogate}/gu

/** `text` as PostgreSQL can keep it: each character that it cannot becomes U+FFFD. */
export const toStorableText = (text: string): string => text.replace(EVERY_UNSTORABLE, '\uFFFD')

const isStorableText = (text: string): boolean => text.isWellFormed() && !text.includes('\0')

/** Deeper JSON is nobody's data, and a recursive writer or parser might not come back from it. */
const DEPTH_MAX = 64

/**
 * Why PostgreSQL could not keep `value`, in a sentence that names the field; undefined when it can. It
 * keeps neither NUL nor half of a surrogate pair, and JSON has no infinite numbers. `path` is how the
 * sentence names `value`, as `.customer`.
 */
export const findUnstorable = (value: unknown, path: string): string | undefined =>
  isStorable(value, 0) ? undefined : findProblem(value, path, 0)

/** Whether there is no problem to be found: nearly always, so that nobody puts paths together in vain. */
function isStorable(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return isStorableText(value)
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null) return true
  if (depth > DEPTH_MAX) return false
  if (Array.isArray(value)) return value.every((member) => isStorable(member, depth + 1))
  for (const name in value) {
    if (!isStorableText(name)) return false
    if (!isStorable((value as { [name: string]: unknown })[name], depth + 1)) return false
  }
  return true
}

function findProblem(value: unknown, path: string, depth: number): string | undefined {
  if (typeof value !== 'object' || value === null) return findUnstorableScalar(value, path)
  // The whole path to something so deep would tell nobody anything.
  if (depth > DEPTH_MAX)
    return `${nameOf(firstOf(path))} must NOT be nested deeper than ${DEPTH_MAX} levels`

  const isArray = Array.isArray(value)
  for (const [name, member] of Object.entries(value)) {
    if (!isStorableText(name)) return `A name in ${nameOf(path)} ${MUST_NOT}`
    const place = isArray ? `${path}[${name}]` : `${path}.${name}`
    const problem = findProblem(member, place, depth + 1)
    if (problem) return problem
  }
  return undefined
}

function findUnstorableScalar(value: unknown, path: string): string | undefined {
  if (typeof value === 'string' && !isStorableText(value)) return `${nameOf(path)} ${MUST_NOT}`
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return `${nameOf(path)} should be a finite number`
  }
  return undefined
}

const MUST_NOT = 'must not contain U+0000 or an unpaired surrogate'
const firstOf = (path: string): string => /^\.?[^.[]*/.exec(path)?.[0] ?? ''
const nameOf = (path: string): string => (path === '' ? 'Payload' : `Property ${path}`)
