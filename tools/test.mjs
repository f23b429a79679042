// Runs the tests and closes with `N passed, N failed`. Arguments go to Vitest (`--project unit`, a path).
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT, setUp } from './set-up.mjs'

setUp()
const dir = mkdtempSync(join(tmpdir(), 'promoloop-report-'))
const report = join(dir, 'report.json')
const run = spawnSync(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ],
  { cwd: ROOT, stdio: 'inherit' },
)

let counts = { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0 }
try {
  counts = JSON.parse(readFileSync(report, 'utf8'))
} catch {
  process.stderr.write('The test runner wrote no report.\n')
}
rmSync(dir, { recursive: true, force: true })

const { numPassedTests: passed, numPendingTests: skipped } = counts
// A file that could not be loaded is a failure even when it holds no test that failed.
const failed = Math.max(counts.numFailedTests, run.status === 0 ? 0 : 1)
process.stdout.write(
  `\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
)

const isSkipAllowed = process.env.CI !== 'true'
if (skipped > 0 && !isSkipAllowed)
  process.stderr.write('In CI every service must be there: a skipped test is a failure.\n')
process.exit(failed > 0 || passed === 0 || (skipped > 0 && !isSkipAllowed) ? 1 : 0)
