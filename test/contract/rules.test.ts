import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

/*
 * Every rule of the two specifications of the engine and every one of their scenarios is cited where it is tested: in
 * the name of a test or in a comment beside it. A scenario of the programs is cited as `programs scenario 57`, one of
 * the core as `scenario 57`. What no test can hold stands, with the reason, in docs/reference/compatibility.md.
 */
const ROOT = join(import.meta.dirname, '..', '..')
/** Folders whose tests cite the scenarios of other specifications. */
const OF_OTHER_PARTS = /(^src\/pipeline|^test\/integration\/pipeline|^test\/e2e)\//

/** Folders whose tests cite choices of the core (its appendix C), which are numbered like rules of the programs on customers. */
const OF_CORE =
  /\/(discounts|evaluation|rules|scenarios|stacking-rules|validation-rules|validations|vouchers)\//

const read = (...path: string[]): string => readFileSync(join(ROOT, ...path), 'utf8')
type TestFile = { path: string; text: string }

const testFiles: readonly TestFile[] = ['src', 'test'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((path) => !path.endsWith('contract/rules.test.ts') && !path.includes('node_modules'))
    .map((path) => ({ path, text: read(path) })),
)

type Specification = { name: string; rules: string; scenarios: number; cites: RegExp }

const SPECIFICATIONS: readonly Specification[] = [
  {
    name: 'of the core',
    rules: 'engine-core-rules.txt',
    scenarios: 116,
    cites: /(?<!programs )\bscenarios? (\d+(?:(?:, | and | to )\d+)*)/gi,
  },
  {
    name: 'of the programs',
    rules: 'engine-programs-rules.txt',
    scenarios: 109,
    cites: /\bprograms scenarios? (\d+(?:(?:, | and | to )\d+)*)/gi,
  },
]

/** The rows of the table of rules that have no test: number and reason. */
const untested = new Map(
  [
    ...read('docs', 'reference', 'compatibility.md').matchAll(
      /^\| ((?:R-)?[A-Z]+-\d+) \| (.+) \|$/gm,
    ),
  ].map(([, rule = '', reason = '']) => [rule, reason]),
)

/** `R-DISC-10 to R-DISC-12` and `L-3 to L-5` cite all three. */
function citedRules(text: string): string[] {
  const ranges = [...text.matchAll(/\b((?:R-)?[A-Z]+)-(\d+) to \1-(\d+)/g)].flatMap(
    ([, group = '', from = '', to = '']) =>
      upTo(Number(from), Number(to)).map((n) => `${group}-${String(n).padStart(from.length, '0')}`),
  )
  return [...(text.match(/\b(?:R-)?[A-Z]+-\d+/g) ?? []), ...ranges]
}

/** `scenario 3`, `scenarios 5 and 6`, `scenarios 42, 44, 45`, `scenarios 69 to 71`, and rows under `scenario %s`. */
function citedScenarios(text: string, { cites, name }: Specification): number[] {
  const named = [...text.matchAll(cites)].flatMap(([, list = '']) => numbersOf(list))
  const hasRows = name === 'of the core' && /'scenario %s/.test(text)
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

const cited = new Set(
  testFiles.flatMap(({ path, text }) =>
    citedRules(text).filter((rule) => !(rule.startsWith('C-') && OF_CORE.test(path))),
  ),
)
const rulesOf = (specification: Specification): string[] =>
  read('test', 'contract', specification.rules).trim().split('\n')

describe.each(SPECIFICATIONS)('the specification $name', (specification) => {
  it('has a test for every rule, or a reason why not', () => {
    const bare = rulesOf(specification).filter((rule) => !cited.has(rule) && !untested.has(rule))
    expect(bare).toEqual([])
  })

  it('has a test for every scenario', () => {
    const inTests = new Set(
      testFiles
        .filter(
          ({ path }) => specification.name === 'of the programs' || !OF_OTHER_PARTS.test(path),
        )
        .flatMap(({ text }) => citedScenarios(text, specification)),
    )
    const bare = upTo(1, specification.scenarios).filter((scenario) => !inTests.has(scenario))
    expect(bare).toEqual([])
  })
})

describe('the table of rules without a test', () => {
  it('gives no reason for a rule that is tested, or that there is not', () => {
    const rules = new Set(SPECIFICATIONS.flatMap(rulesOf))
    const wrong = [...untested.keys()].filter((rule) => cited.has(rule) || !rules.has(rule))
    expect(wrong).toEqual([])
  })
})
