/** Where a path is cut: at dots, at `[` before a quote or digit, at `]` after one (§3.2 rule 3). */
const STEP_BORDERS = /\[(?=["'\d])|\.|(?<=["'\d])\]+/

export type Steps = readonly string[]

/** The steps of a path as templates write it; none for the whole payload. Quotes are not part of a name. */
export const parsePath = (path: string): Steps =>
  path
    .split(STEP_BORDERS)
    .filter((step) => step !== '')
    .map((step) => step.replace(/["']/g, ''))

/** The steps of a path as `@path` and `@arrayPath` write it: the first `$.` in it counts for nothing (§3.2 rule 1). */
export const parseRootedPath = (path: string): Steps => parsePath(path.replace('$.', ''))

/**
 * The value at `steps` within `payload`. A falsy value on the way is the result, whatever steps remain
 * (§3.2 rule 5). Only own properties are read, which includes the length of arrays and strings, so that
 * no mapping reaches into JavaScript itself (D-11).
 */
export function readSteps(payload: unknown, steps: Steps): unknown {
  let value = payload
  for (const step of steps) {
    if (!value) return value
    value = readOwn(value, step)
  }
  return value
}

const readOwn = (value: object, step: string): unknown =>
  Object.hasOwn(value, step) ? (value as Record<string, unknown>)[step] : undefined

const PROTOTYPES = [Object, Array, String, Number, Boolean, Date].map(({ prototype }) => prototype)

/** True for the few names, like `length`, under which a value may have what is not its own. */
const isInherited = (step: string): boolean => PROTOTYPES.some((prototype) => step in prototype)

/**
 * `readSteps` for steps known beforehand. Asking a value whether a property is its own takes as long as all
 * the rest, so only names are asked about that it could have from elsewhere.
 */
export function compileSteps(steps: Steps): (payload: unknown) => unknown {
  if (steps.some(isInherited)) return (payload) => readSteps(payload, steps)
  const [first, second, third, fourth] = steps
  if (first === undefined) return (payload) => payload
  if (second === undefined) return (payload) => readAny(payload, first)
  if (third === undefined) return (payload) => readAny(readAny(payload, first), second)
  if (fourth === undefined)
    return (payload) => readAny(readAny(readAny(payload, first), second), third)
  return (payload) => {
    let value = payload
    for (const step of steps) value = readAny(value, step)
    return value
  }
}

const readAny = (value: unknown, step: string): unknown =>
  value ? (value as Record<string, unknown>)[step] : value
