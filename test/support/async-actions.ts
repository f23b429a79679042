import { type AsyncJob, runNextAction } from '../../src/engine/async-actions/index.ts'
import { ASYNC_JOBS } from '../../src/engine/async-jobs.ts'
import type { ProjectKeys } from '../../src/platform/auth/index.ts'
import { createLog } from '../../src/platform/log.ts'
import type { TestApp } from './test-app.ts'

const NEVER = new AbortController().signal

/** Does what was enqueued until nothing is left that is due. */
export async function runAsyncActions(
  { db, clock }: Pick<TestApp, 'db' | 'clock'>,
  jobs: readonly AsyncJob[] = ASYNC_JOBS,
): Promise<void> {
  const deps = { db, clock, log: createLog('silent'), announced: () => undefined }
  while (await runNextAction(deps, jobs, NEVER));
}

/** Asks for the report of an action, as its result tells where it is. */
export const fetchReport = (
  { app, keys: own }: Pick<TestApp, 'app' | 'keys'>,
  { reports: [url = ''] }: { reports: readonly string[] },
  keys: ProjectKeys = own,
) =>
  app.http.inject({
    url: new URL(url).pathname,
    headers: { 'x-app-id': keys.appId, 'x-app-token': keys.appToken },
  })
