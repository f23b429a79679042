/** Runs tasks once the places they need are free; first come, first served. */
export type Gate = {
  /** A task that needs more places than there are runs alone. */
  run<T>(task: () => Promise<T>, placesNeeded?: number): Promise<T>
  /** Changes the number of places. What is running goes on; whoever waits gets a place that is new. */
  resize(placesMax: number): void
}

type Waiting = { placesNeeded: number; start: () => void }

/** A gate that lets tasks use at most `placesMax` places at a time. */
export function createGate(placesMax: number): Gate {
  let places = placesMax
  let taken = 0
  const waiting: Waiting[] = []

  const fits = (placesNeeded: number): boolean => taken === 0 || taken + placesNeeded <= places

  // A place passes straight to the next in line, so nobody can slip in between.
  const fill = (): void => {
    for (let next = waiting[0]; next && fits(next.placesNeeded); next = waiting[0]) {
      waiting.shift()
      taken += next.placesNeeded
      next.start()
    }
  }

  return {
    async run(task, placesNeeded = 1) {
      if (waiting.length === 0 && fits(placesNeeded)) taken += placesNeeded
      else await new Promise<void>((start) => waiting.push({ placesNeeded, start }))
      try {
        return await task()
      } finally {
        taken -= placesNeeded
        fill()
      }
    },
    resize(next) {
      places = next
      fill()
    },
  }
}
