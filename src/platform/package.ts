import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the package: sources, the build and the bundle lie at different depths below it. */
export const PACKAGE_DIR = findPackageDir(dirname(fileURLToPath(import.meta.url)))

/** The version of the product. */
export const { version: VERSION } = JSON.parse(
  readFileSync(join(PACKAGE_DIR, 'package.json'), 'utf8'),
) as { version: string }

function findPackageDir(dir: string): string {
  if (existsSync(join(dir, 'package.json'))) return dir
  const parent = dirname(dir)
  if (parent === dir) throw new Error('package.json is missing')
  return findPackageDir(parent)
}
