import { readFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Log } from '../../../platform/log.ts'
import type { DestinationDefinition } from '../definition.ts'
import { loadDefinition } from './load.ts'
import { COMMON } from './to-definition.ts'

const NAME = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)

const INDEX = z.object({
  /** The folder beside the index that the package is installed in. */
  folder: z.string().regex(/^\d+\.\d+\.\d+$/),
  destinations: z.array(
    z.object({
      slug: NAME,
      name: z.string(),
      description: z.string(),
      /** The folder of its code in the package: callers name slugs, never this. */
      module: NAME,
    }),
  ),
})

/** What is installed, so that lists need not run the code of two hundred definitions. */
export type InstalledIndex = z.infer<typeof INDEX>

/** Where `promoloop destinations install` puts everything, in the data folder. */
export const installedDir = (dataDir: string): string => join(dataDir, 'destinations')

const indexFile = (dataDir: string): string => join(installedDir(dataDir), 'index.json')

/** Undefined when nothing was ever installed. Throws for a file that cannot be read. */
export function readIndex(dataDir: string): InstalledIndex | undefined {
  let text: string
  try {
    text = readFileSync(indexFile(dataDir), 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  return INDEX.parse(JSON.parse(text))
}

/** Puts the new index in place of the old one, whole. */
export async function writeIndex(dataDir: string, index: InstalledIndex): Promise<void> {
  const half = `${indexFile(dataDir)}.${process.pid}`
  await writeFile(half, `${JSON.stringify(index, null, 1)}\n`)
  await rename(half, indexFile(dataDir))
}

/** The definitions that are installed, each loaded when it is first asked for. */
export type Installed = {
  list(): readonly Pick<
    DestinationDefinition,
    'slug' | 'name' | 'description' | 'mode' | 'supportedCalls'
  >[]
  /** Undefined for a slug that is not installed, and for one whose code does not load, which the log tells. */
  find(slug: string): DestinationDefinition | undefined
}

/** Opens what is installed in the data folder; without it, this is a look at a file that is not there. */
export function openInstalled(dataDir: string, log: Log): Installed {
  const { folder = '', destinations = [] } = tryToRead(dataDir, log) ?? {}
  const modules = new Map(destinations.map(({ slug, module }) => [slug, module]))
  const kinds = destinations.map(({ module: _code, ...kind }) => ({ ...kind, ...COMMON }))
  const loaded = new Map<string, DestinationDefinition | undefined>()
  const load = (slug: string, module: string): DestinationDefinition | undefined => {
    try {
      return loadDefinition(join(installedDir(dataDir), folder), module)
    } catch (error) {
      log.error({ err: error, slug }, 'an installed destination cannot be loaded')
      return undefined
    }
  }
  return {
    list: () => kinds,
    find: (slug) => {
      const module = modules.get(slug)
      if (module === undefined) return undefined
      if (!loaded.has(slug)) loaded.set(slug, load(slug, module))
      return loaded.get(slug)
    },
  }
}

function tryToRead(dataDir: string, log: Log): InstalledIndex | undefined {
  try {
    return readIndex(dataDir)
  } catch (error) {
    log.error(
      { err: error },
      'the index of installed destinations cannot be read: install them again',
    )
    return undefined
  }
}
