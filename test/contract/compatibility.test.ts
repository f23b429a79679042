import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  MISSING_AREAS,
  MISSING_DOORS,
  MISSING_ENDPOINTS,
} from '../../src/engine/api/missing.routes.ts'
import { useTestApp } from '../support/test-app.ts'

const ROOT = join(import.meta.dirname, '..', '..')

type Row = { method: string; path: string; state: string }

const text = readFileSync(join(ROOT, 'docs', 'reference', 'compatibility.md'), 'utf8')
const rows: Row[] = [
  ...text.matchAll(/^\| (GET|POST|PUT|DELETE) \| `(\S+)` \| (here|missing) \|$/gm),
].map(([, method = '', path = '', state = '']) => ({ method, path, state }))
const areas = [...text.matchAll(/^\| `(\/(?:v1|client|management)\S*)` \|/gm)].map(
  ([, area = '']) => area,
)

/** `{code}` and `:code` alike. */
const anyName = (path: string): string => path.replace(/\{\w+\}|:\w+/g, '*')
const isUnder = (path: string, area: string): boolean =>
  path === area || path.startsWith(`${area}/`)

const t = useTestApp()

describe('docs/reference/compatibility.md', () => {
  it('lists exactly the areas and endpoints that are missing', () => {
    expect(areas.sort()).toEqual([...MISSING_AREAS, ...MISSING_DOORS].sort())
    const documented = rows
      .filter(({ state }) => state === 'missing')
      .map(({ method, path }) => `${method} ${anyName(path)}`)
    const missing = MISSING_ENDPOINTS.map(([method, path]) => `${method} ${anyName(path)}`)
    expect(documented.sort()).toEqual(missing.sort())
  })

  it.each(rows)('tells the truth about $method $path: $state', async ({ method, path, state }) => {
    const url = path.replace(/\{\w+\}/g, 'unknown')
    const { status, body } = await t.call(method as 'GET', url, method === 'GET' ? undefined : {})
    const isMissing = status === 501 && body.key === 'not_implemented'
    expect(isMissing ? 'missing' : 'here').toBe(state)
    // An object that does not exist is told by its id; a path that does not exist, by method and path.
    expect(body?.details ?? '').not.toContain(`Cannot find ${method} `)
    expect(status).not.toBe(405)
  })

  it.each(areas)('tells the truth about %s', async (area) => {
    for (const url of [area, `${area}/some/thing`]) {
      expect(await t.call('GET', url)).toMatchObject({
        status: 501,
        body: { key: 'not_implemented' },
      })
    }
  })

  it('has a word about every operation of the public API', () => {
    const operations = readFileSync(join(import.meta.dirname, 'voucherify-operations.txt'), 'utf8')
      .trim()
      .split('\n')
    const told = new Set(rows.map(({ method, path }) => `${method} ${anyName(path)}`))
    const untold = operations.filter((operation) => {
      const [, path = ''] = operation.split(' ')
      return !told.has(anyName(operation)) && !areas.some((area) => isUnder(path, area))
    })
    expect(untold).toEqual([])
  })
})

describe('what is missing', () => {
  it('is told before the body is read, whatever it holds', async () => {
    const headers = { 'content-type': 'multipart/form-data; boundary=x' }
    expect(await t.call('POST', '/v1/templates/x', 'not multipart', { headers })).toMatchObject({
      status: 501,
      body: { code: 501, key: 'not_implemented' },
    })
  })

  it('is told only to those who may ask', async () => {
    const headers = { 'x-app-token': 'wrong' }
    expect(await t.call('GET', '/v1/loyalties', undefined, { headers })).toMatchObject({
      status: 401,
    })
  })
})
