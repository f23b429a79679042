import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { EXIT } from '../src/cli/exit-codes.ts'
import { API_ERRORS } from '../src/kernel/api-error.ts'
import { ENVIRONMENT_VARIABLES } from '../src/platform/config.ts'

const ROOT = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const firstCells = (text: string): string[] =>
  [...text.matchAll(/^\| `?([A-Za-z0-9_]+)`? \|/gm)].map((found) => found[1] ?? '')

describe('the guide', () => {
  const GUIDE = 'docs/guide/write-a-destination.md'
  const quotes = [...read(GUIDE).matchAll(/^```ts (\S+)\n([\s\S]*?)^```$/gm)]

  it('quotes code as it is', () => {
    expect(quotes.length).toBeGreaterThan(5)
    for (const [, path = '', code = ''] of quotes)
      expect(read(path).includes(code), `${GUIDE} quotes ${path}:\n${code}`).toBe(true)
  })

  it('names files that are there', () => {
    const named = [...read(GUIDE).matchAll(/`((?:src|test)\/[\w./-]+)`/g)].map(([, path]) => path)
    expect(named.length).toBeGreaterThan(2)
    for (const path of named) expect(existsSync(join(ROOT, path ?? '')), path).toBe(true)
  })
})

describe('the reference', () => {
  it('lists every error with its status, and no other', () => {
    const rows = [...read('docs/reference/errors.md').matchAll(/^\| `(\w+)` \| (\d{3}) \|/gm)]
    const documented = Object.fromEntries(rows.map((row) => [row[1], Number(row[2])]))
    const actual = Object.fromEntries(
      Object.entries(API_ERRORS).map(([key, { status }]) => [key, status]),
    )
    expect(documented).toEqual(actual)
  })

  it('lists every environment variable, and no other', () => {
    const documented = firstCells(read('docs/reference/configuration.md')).filter(
      (cell) => cell !== 'variable',
    )
    expect(documented.sort()).toEqual([...ENVIRONMENT_VARIABLES].sort())
  })

  it('lists every exit code, and no other', () => {
    const rows = [...read('docs/reference/cli.md').matchAll(/^\| (\d+) \|/gm)]
    expect(rows.map((row) => Number(row[1])).sort()).toEqual(Object.values(EXIT).sort())
  })

  it('names every exported language in the package', () => {
    const { exports } = JSON.parse(read('package.json')) as { exports: Record<string, string> }
    expect(Object.keys(exports)).toEqual(['./triggers', './mappings', './fields'])
  })
})
