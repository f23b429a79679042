import { readdir, readFile } from 'node:fs/promises'

/** Of Linux on all usual machines. */
const TICKS_PER_SECOND = 100
// Places in /proc/PID/stat behind the name, which is in parentheses and may hold blanks.
const PARENT = 1
const TIMES = [11, 12, 13, 14]

async function statOf(pid: string): Promise<number[] | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  return text
    ?.slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
}

/** Processor time of a process, of its children and of those that it had, in milliseconds; 0 where there is no /proc. */
export async function processorMs(pid: number): Promise<number> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  let ticks = 0
  for (const each of pids) {
    const stat = await statOf(each)
    if (!stat || (Number(each) !== pid && stat[PARENT] !== pid)) continue
    for (const place of TIMES) ticks += stat[place] ?? 0
  }
  return (ticks * 1_000) / TICKS_PER_SECOND
}
