import { spawnSync } from 'node:child_process'

/** Keeps a process on one core, so that server and load do not take it from each other; where that is possible. */
export function pin(pid: number | undefined, core: number): void {
  if (pid !== undefined) spawnSync('taskset', ['-a', '-cp', String(core), String(pid)])
}
