// The gate before every commit: format and lint, types, dead code, generated files, unit and code tests. With --static
// the tests are left to whoever runs them anyway.
import { spawnSync } from 'node:child_process'
import { ROOT, setUp } from './set-up.mjs'

setUp()
const steps = [
  ['format and lint', 'node_modules/.bin/biome', ['ci', '--error-on-warnings', '.']],
  ['types', 'node_modules/.bin/tsc', ['-p', 'tsconfig.json']],
  ['dead code', 'node_modules/.bin/knip', []],
  ['database types', 'node_modules/.bin/tsx', ['tools/db-types.ts', '--check']],
]
if (!process.argv.includes('--static')) {
  const tests = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'unit']
  steps.push(['unit and code tests', process.execPath, tests])
}
for (const [name, command, args] of steps) {
  process.stderr.write(`— ${name}\n`)
  const { status } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit' })
  if (status !== 0) {
    process.stderr.write(`✗ ${name}\n`)
    process.exit(status ?? 1)
  }
}
process.stderr.write('✓ all checks\n')
