/** Rates of one round: ours and the peer's, measured one right after the other. */
export type Round = { ours: number; peer: number }

const format = (rate: number): string => Math.round(rate).toLocaleString('en-US')

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const high = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? Number.NaN) + high) / 2
}

/**
 * Prints the rounds and the median of their ratios. Only the ratio of a round means something: both
 * sides had the same machine at the same moment.
 */
export function report(
  title: string,
  { unit, peer, goal }: { unit: string; peer: string; goal: number },
  rounds: readonly Round[],
): void {
  const ratio = median(rounds.map((round) => round.ours / round.peer))
  const lines = [
    `\n${title}`,
    ...rounds.map(
      (round, index) =>
        `  round ${index + 1}: ${format(round.ours)} ${unit}, ${peer} ${format(round.peer)} ${unit} → ${formatRatio(round.ours / round.peer, goal)}`,
    ),
    `  median: ${formatRatio(ratio, goal)} of ${peer} (goal ${formatRatio(goal, goal)}: ${ratio >= goal ? 'met' : 'MISSED'})`,
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}

/** Ratios around one read best as per cent, large ones as a factor. */
const formatRatio = (ratio: number, goal: number): string =>
  goal >= 2 ? `${ratio.toFixed(1)}×` : `${Math.round(ratio * 100)} %`
