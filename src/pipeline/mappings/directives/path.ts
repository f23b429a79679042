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

/** `readSteps` for steps known beforehand. */
export function compileSteps(steps: Steps): (payload: unknown) => unknown {
  const [first, second] = steps
  if (first === undefined) return (payload) => payload
  if (second === undefined) return (payload) => (payload ? readOwn(payload, first) : payload)
  return (payload) => readSteps(payload, steps)
}
