/** Runs a task once one of a fixed number of places is free; first come, first served. */
export type Gate = <T>(task: () => Promise<T>) => Promise<T>

/** A gate that lets at most `placesMax` tasks run at a time. */
export function createGate(placesMax: number): Gate {
  let running = 0
  const waiting: (() => void)[] = []

  return async (task) => {
    if (running < placesMax) running += 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await task()
    } finally {
      // The place passes straight to the next in line, so nobody can slip in between.
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }
}
