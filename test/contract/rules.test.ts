import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

/*
 * Every rule of the specification of the engine's core and every one of its scenarios is cited where it is tested: in
 * the name of a test or in a comment beside it. What no test can hold stands, with the reason, in
 * docs/reference/compatibility.md.
 */
const ROOT = join(import.meta.dirname, '..', '..')
const SCENARIOS = 116
/** Folders whose tests cite the scenarios of another part of the specification, which has numbers of its own. */
const OF_OTHER_PARTS =
  /(^src\/pipeline|^test\/integration\/pipeline|^test\/e2e|engine\/(customers|segmentio|segment-source|publications|exports|webhooks|metadata-schemas|outbox|events|locations|products|product-collections|oauth|earning-rules|loyalty-tiers|loyalties|points|nightly|effects|rewards|referrals)\/)/

const read = (...path: string[]): string => readFileSync(join(ROOT, ...path), 'utf8')
const rules = read('test', 'contract', 'engine-core-rules.txt').trim().split('\n')

type TestFile = { path: string; text: string }

const testFiles: readonly TestFile[] = ['src', 'test'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((path) => !path.endsWith('contract/rules.test.ts') && !path.includes('node_modules'))
    .map((path) => ({ path, text: read(path) })),
)

/** The rows of the table of rules that have no test: number and reason. */
const untested = new Map(
  [
    ...read('docs', 'reference', 'compatibility.md').matchAll(/^\| (R-[A-Z]+-\d+) \| (.+) \|$/gm),
  ].map(([, rule = '', reason = '']) => [rule, reason]),
)

/** `R-DISC-10 to R-DISC-12` cites all three. */
function citedRules(text: string): string[] {
  const ranges = [...text.matchAll(/R-([A-Z]+)-(\d+) to R-\1-(\d+)/g)].flatMap(
    ([, group = '', from = '', to = '']) =>
      upTo(Number(from), Number(to)).map((n) => `R-${group}-${String(n).padStart(2, '0')}`),
  )
  return [...(text.match(/R-[A-Z]+-\d+/g) ?? []), ...ranges]
}

/** `scenario 3`, `scenarios 5 and 6`, `scenarios 42, 44, 45`, `scenarios 69 to 71`, and rows under `scenario %s`. */
function citedScenarios(text: string): number[] {
  const named = [...text.matchAll(/\bscenarios? (\d+(?:(?:, | and | to )\d+)*)/gi)].flatMap(
    ([, list = '']) => numbersOf(list),
  )
  const hasRows = /'scenario %s/.test(text)
  const rows = hasRows
    ? [...text.matchAll(/^\s*\[?\s*'(\d+)[: ('’]/gm)].map(([, n]) => Number(n))
    : []
  return [...named, ...rows]
}

function numbersOf(list: string): number[] {
  const ranges = [...list.matchAll(/(\d+) to (\d+)/g)].flatMap(([, from, to]) =>
    upTo(Number(from), Number(to)),
  )
  return [...(list.match(/\d+/g) ?? []).map(Number), ...ranges]
}

const upTo = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index)

describe('the specification of the core', () => {
  it('has a test for every rule, or a reason why not', () => {
    const cited = new Set(testFiles.flatMap(({ text }) => citedRules(text)))
    expect(rules.filter((rule) => !cited.has(rule) && !untested.has(rule))).toEqual([])
  })

  it('gives no reason for a rule that is tested, or that there is not', () => {
    const cited = new Set(testFiles.flatMap(({ text }) => citedRules(text)))
    expect([...untested.keys()].filter((rule) => cited.has(rule) || !rules.includes(rule))).toEqual(
      [],
    )
  })

  it('has a test for every scenario', () => {
    const cited = new Set(
      testFiles
        .filter(({ path }) => !OF_OTHER_PARTS.test(path))
        .flatMap(({ text }) => citedScenarios(text)),
    )
    expect(upTo(1, SCENARIOS).filter((scenario) => !cited.has(scenario))).toEqual([])
  })
})
