import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { InstalledIndex } from './installed.ts'
import { loadDefinition } from './load.ts'
import { LEFT_OUT, MODULES, PACKAGE } from './package.ts'

export type IndexedPackage = {
  destinations: InstalledIndex['destinations']
  /** What cannot be used, by its folder in the package, and why. */
  leftOut: { module: string; reason: string }[]
}

/** Runs every definition of the package that is installed in `dir` once, to learn what it is called. */
export async function indexPackage(dir: string): Promise<IndexedPackage> {
  const indexed: IndexedPackage = { destinations: [], leftOut: [] }
  for (const module of await listModules(dir)) {
    const reason = LEFT_OUT[module]
    const found = reason === undefined ? describe(dir, module) : { module, reason }
    if ('reason' in found) indexed.leftOut.push(found)
    else indexed.destinations.push(found)
  }
  return indexed
}

async function listModules(dir: string): Promise<string[]> {
  const entries = await readdir(join(dir, 'node_modules', PACKAGE, MODULES), {
    withFileTypes: true,
  })
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
}

function describe(
  dir: string,
  module: string,
): InstalledIndex['destinations'][number] | { module: string; reason: string } {
  try {
    const { slug, name, description } = loadDefinition(dir, module)
    return { slug, name, description, module }
  } catch (error) {
    const [reason = ''] = String(error instanceof Error ? error.message : error).split('\n')
    return { module, reason }
  }
}
