// Makes the next migration file: npm run db:new add_something
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './set-up.mjs'

const name = process.argv[2]
if (!name || !/^[a-z0-9_]+$/.test(name)) {
  process.stderr.write('usage: npm run db:new <name_in_snake_case>\n')
  process.exit(2)
}
const dir = join(ROOT, 'migrations')
const last = readdirSync(dir)
  .filter((file) => /^\d{4}_/.test(file))
  .sort()
  .at(-1)
const number = String(Number(last?.slice(0, 4) ?? 0) + 1).padStart(4, '0')
const path = join(dir, `${number}_${name}.sql`)
writeFileSync(path, '-- What this migration is for, and why.\n')
process.stdout.write(`${path}\n`)
