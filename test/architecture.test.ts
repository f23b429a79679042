import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = resolve(import.meta.dirname, '..')
const SRC = join(ROOT, 'src')

/** Each layer may import itself and the layers named here. The arrows of ARCHITECTURE.md, as code. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  kernel: [],
  platform: ['kernel'],
  engine: ['kernel', 'platform'],
  pipeline: ['kernel', 'platform'],
  cli: ['kernel'],
  demo: ['kernel', 'cli'],
  host: ['kernel', 'platform', 'engine', 'pipeline', 'cli', 'demo', 'app'],
  app: ['kernel', 'platform', 'engine', 'pipeline'],
  main: ['kernel', 'platform', 'cli', 'host'],
}

/** Layers whose folders are modules: seen from outside only through their index.ts. */
const LAYERS_OF_MODULES = new Set(['engine', 'pipeline'])
const LINES_MAX = 400
const FUNCTION_LINES_MAX = 60
const ROOT_ENTRIES_MAX = 30
const GENERATED = new Set(['platform/db.tables.ts'])
const PURE = /(^|\/)(decide|calculate|compile|match)-[^/]+\.ts$/

type Import = { from: string; to: string; isTypeOnly: boolean; line: string }

function filesIn(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(SRC, join(entry.parentPath, entry.name)))
}

const read = (file: string): string => readFileSync(join(SRC, file), 'utf8')
/** The code without its comments, so that a word in a sentence breaks no rule. */
const codeOf = (file: string): string =>
  read(file)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '')

const files = filesIn(SRC)
const production = files.filter((file) => !/\.(test|fixture)\.ts$/.test(file))

const imports: Import[] = files.flatMap((from) =>
  [
    ...codeOf(from).matchAll(
      /(?:^|\n)(?:import|export)\s+(type\s)?[^'"]*?from\s+'([^']+)'|import\('([^']+)'\)/g,
    ),
  ].map((found) => {
    const target = found[2] ?? found[3] ?? ''
    const to = target.startsWith('.') ? relative(SRC, resolve(SRC, dirname(from), target)) : target
    return { from, to, isTypeOnly: found[1] !== undefined, line: `${from} → ${to}` }
  }),
)
const inner = imports.filter(({ to }) => to.endsWith('.ts'))

const layerOf = (file: string): string => (file.split('/')[0] ?? '').replace(/\.ts$/, '')
/** `engine/vouchers` of `engine/vouchers/voucher.repo.ts`; undefined for a file directly in its layer. */
const moduleOf = (file: string): string | undefined => {
  const parts = file.split('/')
  return parts.length > 2 ? parts.slice(0, 2).join('/') : undefined
}
const linesOf = (found: readonly Import[]): string[] => found.map(({ line }) => line)

describe('architecture', () => {
  it('looks at real files', () => {
    expect(files.length).toBeGreaterThan(100)
    expect(inner.length).toBeGreaterThan(200)
    expect(production.filter((file) => PURE.test(file)).length).toBeGreaterThan(3)
  })

  it('lets each layer import only the layers below it', () => {
    const wrong = inner.filter(({ from, to }) => {
      if (from.endsWith('.test.ts') && to.startsWith('../test/support/')) return false
      const allowed = MAY_IMPORT[layerOf(from)] ?? []
      return layerOf(from) !== layerOf(to) && !allowed.includes(layerOf(to))
    })
    expect(linesOf(wrong)).toEqual([])
  })

  it('names every layer', () => {
    const unknown = new Set(files.map(layerOf).filter((layer) => !(layer in MAY_IMPORT)))
    expect([...unknown]).toEqual([])
  })

  it('lets modules see each other only through their index', () => {
    const wrong = inner.filter(({ from, to }) => {
      const target = moduleOf(to)
      if (!target || !LAYERS_OF_MODULES.has(layerOf(to)) || moduleOf(from) === target) return false
      return !to.endsWith('/index.ts')
    })
    expect(linesOf(wrong)).toEqual([])
  })

  it('has no cycles between modules', () => {
    const edges = new Map<string, Set<string>>()
    for (const { from, to, isTypeOnly } of inner) {
      const [a, b] = [moduleOf(from), moduleOf(to)]
      if (!a || !b || a === b || isTypeOnly || from.endsWith('.test.ts')) continue
      edges.set(a, (edges.get(a) ?? new Set()).add(b))
    }
    const cycles: string[] = []
    const visit = (node: string, path: readonly string[]): void => {
      if (path.includes(node)) {
        cycles.push([...path.slice(path.indexOf(node)), node].join(' → '))
        return
      }
      for (const next of edges.get(node) ?? []) visit(next, [...path, node])
    }
    for (const node of edges.keys()) visit(node, [])
    expect(cycles).toEqual([])
  })

  it('keeps decisions free of IO, clocks and chance', () => {
    const impure =
      /\bawait\b|new Date\(\)|Date\.now\(|Math\.random|\bprocess\.|performance\.|\.repo\.ts'|platform\/(?!limits)/
    const wrong = production.filter((file) => PURE.test(file) && impure.test(codeOf(file)))
    expect(wrong).toEqual([])
  })

  it.each([
    ['process.env', /process\.env/, ['platform/config.ts']],
    ['the clock', /new Date\(\)|Date\.now\(/, ['platform/clock.ts']],
    ['fetch', /\bfetch\(/, ['cli/api.ts', 'cli/sync-segment/profile-api.ts']],
    ['undici', /from 'undici'/, ['platform/http/client.ts', 'platform/http/answer-reader.ts']],
    ['console', /\bconsole\./, []],
  ])('touches %s only where it belongs', (_what, pattern, allowed) => {
    const wrong = production.filter((file) => pattern.test(codeOf(file)) && !allowed.includes(file))
    expect(wrong).toEqual([])
  })

  it(`keeps files within ${LINES_MAX} lines`, () => {
    const long = files.filter(
      (file) => !GENERATED.has(file) && read(file).split('\n').length > LINES_MAX + 1,
    )
    expect(long).toEqual([])
  })

  it(`keeps functions within ${FUNCTION_LINES_MAX} lines`, () => {
    const long = production.filter((file) => !GENERATED.has(file)).flatMap(longFunctions)
    expect(long).toEqual([])
  })

  it(`keeps the root within ${ROOT_ENTRIES_MAX} entries`, () => {
    const ignored = new Set(['.git', 'node_modules', 'dist', '.promoloop'])
    const entries = readdirSync(ROOT).filter((entry) => !ignored.has(entry))
    expect(entries.length).toBeLessThanOrEqual(ROOT_ENTRIES_MAX)
  })

  it('finds every path that ARCHITECTURE.md names', () => {
    const text = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8')
    const paths = [
      ...text.matchAll(/`((?:src|test|docs|migrations|bench|tools|bin)\/[^`*… ]*)`/g),
    ].map((found) => found[1] ?? '')
    expect(paths.length).toBeGreaterThan(15)
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
  })
})

/** Top-level functions that are too long: the formatter closes each with a brace at the line's start. */
function longFunctions(file: string): string[] {
  const lines = read(file).split('\n')
  const long: string[] = []
  let start: number | undefined
  for (const [index, line] of lines.entries()) {
    if (/^(export )?(async )?function /.test(line) && !line.endsWith('}')) start = index
    if (line === '}' && start !== undefined) {
      if (index - start + 1 > FUNCTION_LINES_MAX)
        long.push(`${file}:${start + 1} (${index - start + 1} lines)`)
      start = undefined
    }
  }
  return long
}
