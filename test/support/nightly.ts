import { type NightlyStep, runNightly } from '../../src/engine/nightly/index.ts'
import { NIGHTLY_STEPS } from '../../src/engine/nightly-steps.ts'
import { createLog } from '../../src/platform/log.ts'
import type { TestApp } from './test-app.ts'

const NEVER = new AbortController().signal

/** Does what the day begins with in every project whose day has begun. */
export async function runNight(
  { db, clock }: Pick<TestApp, 'db' | 'clock'>,
  steps: readonly NightlyStep[] = NIGHTLY_STEPS,
): Promise<void> {
  const deps = { db, clock, log: createLog('silent'), announced: () => undefined }
  while (await runNightly(deps, steps, NEVER));
}
