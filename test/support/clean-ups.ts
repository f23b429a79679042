import { makeDir } from './make-dir.ts'

export type CleanUps = {
  /** Undoes something later; what was made last is undone first. */
  add(cleanUp: () => Promise<unknown>): void
  /** A folder that is removed then. */
  newDir(): Promise<string>
}

/** Collects what is to be undone; `when` says after what, such as vitest's `afterEach`. */
export function collectCleanUps(when: (undo: () => Promise<void>) => void): CleanUps {
  const cleanUps: (() => Promise<unknown>)[] = []
  when(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
  })
  return {
    add: (cleanUp) => cleanUps.push(cleanUp),
    async newDir() {
      const { dir, remove } = await makeDir()
      cleanUps.push(remove)
      return dir
    },
  }
}
