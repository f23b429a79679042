const REDRAW_MS = 100
const LINE_MS = 5_000
const BAR_WIDTH = 30

export type Counts = { done: number; refused: number }

export type Progress = { show(counts: Counts): void; end(counts: Counts): void }

/**
 * How far a sync is, on standard error: a line that is drawn anew on a terminal, a line now and then elsewhere. The
 * Profile API does not tell how many there are: only with `expected` there is a bar.
 */
export function createProgress(startedWith: Counts, expected: number | undefined): Progress {
  const began = performance.now()
  const isTerminal = process.stderr.isTTY === true
  let shownAt = Number.NEGATIVE_INFINITY

  const write = (counts: Counts, end: string): void => {
    const seconds = Math.max(0.001, (performance.now() - began) / 1_000)
    const made = counts.done + counts.refused - startedWith.done - startedWith.refused
    const line = [
      ...(expected === undefined ? [] : [toBar(counts, expected)]),
      `${format(counts.done)} customers, ${format(counts.refused)} refused, ${format(Math.round(made / seconds))}/s`,
    ].join(' ')
    process.stderr.write(isTerminal ? `\r\u001b[2K${line}${end}` : `${line}\n`)
  }
  return {
    show(counts) {
      const now = performance.now()
      if (now - shownAt < (isTerminal ? REDRAW_MS : LINE_MS)) return
      shownAt = now
      write(counts, '')
    },
    end: (counts) => write(counts, '\n'),
  }
}

const format = (count: number): string => count.toLocaleString('en-US')

function toBar({ done, refused }: Counts, expected: number): string {
  const part = Math.min(1, (done + refused) / Math.max(1, expected))
  const filled = Math.round(part * BAR_WIDTH)
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}] ${Math.floor(part * 100)} %`
}
