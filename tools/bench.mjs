// Runs the benchmarks, one after the other: npm run bench [-- start http ingest redemptions scale codes programs actions cart delivery log]
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { installIfStale, ROOT, setUp } from './set-up.mjs'

/**
 * As the product is started (package.json), for both sides. With the small young space that is Node's default, V8 takes
 * results that somebody keeps for long-lived ones, and makes all later ones where they cost twice as much.
 */
const NODE_OPTIONS = ['--max-semi-space-size=64', '--import', 'tsx']

const ALL = [
  'start',
  'http',
  'ingest',
  'redemptions',
  'scale',
  'codes',
  'programs',
  'actions',
  'cart',
  'delivery',
  'log',
]
const wanted = process.argv.slice(2)
for (const name of wanted) {
  if (ALL.includes(name)) continue
  process.stderr.write(`There is no benchmark ${name}; there are ${ALL.join(', ')}.\n`)
  process.exit(2)
}

const chosen = wanted.length > 0 ? wanted : ALL

setUp()
installIfStale(join(ROOT, 'bench', 'peers'), 'Installing what the benchmarks compare with')
// Segment's published packages, which the end-to-end tests compare with too.
if (chosen.includes('actions') || chosen.includes('delivery'))
  installIfStale(join(ROOT, 'test', 'peers'), 'Installing the published packages')
if (chosen.includes('cart'))
  installIfStale(join(ROOT, 'bench', 'peers', 'promotions'), 'Installing the promotions of Medusa')

let failed = 0
for (const name of chosen) {
  const file = join('bench', `${name}.ts`)
  if (!existsSync(join(ROOT, file))) throw new Error(`${file} is missing`)
  const { status } = spawnSync(process.execPath, [...NODE_OPTIONS, file], {
    cwd: ROOT,
    stdio: 'inherit',
  })
  if (status !== 0) failed += 1
}
process.exit(failed === 0 ? 0 : 1)
