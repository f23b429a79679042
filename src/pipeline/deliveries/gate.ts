/** Runs tasks once one of a number of places is free; first come, first served. */
export type Gate = {
  run<T>(task: () => Promise<T>): Promise<T>
  /** Changes the number of places. What is running goes on; whoever waits gets a place that is new. */
  resize(placesMax: number): void
}

/** A gate that lets at most `placesMax` tasks run at a time. */
export function createGate(placesMax: number): Gate {
  let places = placesMax
  let running = 0
  const waiting: (() => void)[] = []

  // A place passes straight to the next in line, so nobody can slip in between.
  const fill = (): void => {
    while (running < places) {
      const next = waiting.shift()
      if (!next) return
      running += 1
      next()
    }
  }

  return {
    async run(task) {
      if (running < places) running += 1
      else await new Promise<void>((resolve) => waiting.push(resolve))
      try {
        return await task()
      } finally {
        running -= 1
        fill()
      }
    },
    resize(next) {
      places = next
      fill()
    },
  }
}
