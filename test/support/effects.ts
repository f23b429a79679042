import { type ProgramEffect, runEffects } from '../../src/engine/effects/index.ts'
import { PROGRAM_EFFECTS } from '../../src/engine/program-effects.ts'
import { createLog, type Log } from '../../src/platform/log.ts'
import type { TestApp } from './test-app.ts'

const NEVER = new AbortController().signal

/** Does what programs do about what happened, and what follows from that, until nothing is left. */
export async function drainEffects(
  { db, clock }: Pick<TestApp, 'db' | 'clock'>,
  effects: readonly ProgramEffect[] = PROGRAM_EFFECTS,
  log: Log = createLog('silent'),
): Promise<void> {
  const deps = { db, clock, log, announced: () => undefined }
  while (await runEffects(deps, effects, NEVER));
}
