import { type AsyncJob, runNextAction } from '../../src/engine/async-actions/index.ts'
import { ASYNC_JOBS } from '../../src/engine/async-jobs.ts'
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
