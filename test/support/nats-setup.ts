import type { TestProject } from 'vitest/node'
import { startNatsServer } from './nats-server.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** A NATS server with JetStream for the log; undefined where the log is in PostgreSQL. */
    natsUrl: string | undefined
  }
}

/** Starts one NATS server for the run: every database has a stream of its own on it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startNatsServer()
  project.provide('natsUrl', server.url)
  return () => server.stop()
}
