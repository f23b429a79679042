import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { pin } from './pin.ts'

export type Sink = {
  url: string
  /** How many requests came since it was asked last. */
  count(): Promise<number>
  stop(): void
}

const nextNumber = (child: ChildProcess): Promise<number> =>
  new Promise((resolve) => child.once('message', (message) => resolve(Number(message))))

/** Starts sink.ts on `core`. */
export async function startSink(kind: 'answering' | 'silent', core: number): Promise<Sink> {
  const child = fork(join(import.meta.dirname, 'sink.ts'), [kind])
  pin(child.pid, core)
  const port = await nextNumber(child)
  return {
    url: `http://127.0.0.1:${port}`,
    count() {
      const number = nextNumber(child)
      child.send('count')
      return number
    },
    stop: () => child.disconnect(),
  }
}
