import type { Settings } from './definition.ts'

/** `make`, worked out once for each settings object: the same one comes with every event of a destination. */
export function oncePerSettings<Made extends object>(
  make: (settings: Settings) => Made,
): (settings: Settings) => Made {
  const known = new WeakMap<Settings, Made>()
  return (settings) => {
    const made = known.get(settings) ?? make(settings)
    known.set(settings, made)
    return made
  }
}
