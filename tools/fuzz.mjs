// Sends so many malformed and hostile requests (`npm run fuzz -- 100000 [seed]`); tests send fewer.
import { spawnSync } from 'node:child_process'
import { ROOT, setUp } from './set-up.mjs'

const [requests = '100000', seed] = process.argv.slice(2)
if (![requests, seed ?? '1'].every((text) => /^\d+$/.test(text))) {
  process.stderr.write('Usage: npm run fuzz -- <requests> [seed]\n')
  process.exit(2)
}
setUp()
const test = 'test/integration/hostile.test.ts'
const run = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', '--project', 'integration', test],
  {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, HOSTILE_REQUESTS: requests, ...(seed && { HOSTILE_SEED: seed }) },
  },
)
process.exit(run.status ?? 1)
