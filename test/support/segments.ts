import { walkSegments } from '../../src/engine/segments/index.ts'
import { createLog } from '../../src/platform/log.ts'
import type { TestApp } from './test-app.ts'

/** Goes through customers for new segments and after midnight, until nothing is due. */
export async function drainWalks({ db, clock }: Pick<TestApp, 'db' | 'clock'>): Promise<void> {
  while (await stepOfWalk({ db, clock }));
}

/** Does one step of that; false when nothing is due. */
export const stepOfWalk = ({ db, clock }: Pick<TestApp, 'db' | 'clock'>): Promise<boolean> =>
  walkSegments({ db, clock, log: createLog('silent'), announced: () => undefined })
