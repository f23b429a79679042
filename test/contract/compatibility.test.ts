import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { MISSING_AREAS } from '../../src/engine/api/missing.routes.ts'
import { useTestApp } from '../support/test-app.ts'

const ROOT = join(import.meta.dirname, '..', '..')

type Row = { method: string; path: string; state: string }

const text = readFileSync(join(ROOT, 'docs', 'reference', 'compatibility.md'), 'utf8')
const rows: Row[] = [
  ...text.matchAll(/^\| (GET|POST|PUT|DELETE) \| `(\S+)` \| (here|missing) \|$/gm),
].map(([, method = '', path = '', state = '']) => ({ method, path, state }))

const areas = [...text.matchAll(/^\| `(\/v2\S*)` \|/gm)].map(([, area = '']) => area)

/** `{code}` and `:code` alike. */
const anyName = (path: string): string => path.replace(/\{\w+\}|:\w+/g, '*')

const t = useTestApp()

describe('docs/reference/compatibility.md', () => {
  it('lists exactly the areas that are missing', () => {
    expect(areas).toEqual(MISSING_AREAS)
  })

  it.each(rows)('tells the truth about $method $path: $state', async ({ method, path, state }) => {
    const url = path.replace(/\{\w+\}/g, 'unknown')
    const { status, body } = await t.call(method as 'GET', url, method === 'GET' ? undefined : {})
    expect(state).toBe('here')
    expect(status).not.toBe(501)
    // An object that does not exist is told by its id; a path that does not exist, by method and path.
    expect(body?.details ?? '').not.toContain(`Cannot find ${method} `)
    expect(status).not.toBe(405)
  })

  it('has a word about every operation of the public API', () => {
    const operations = readFileSync(join(import.meta.dirname, 'voucherify-operations.txt'), 'utf8')
      .trim()
      .split('\n')
    const told = new Set(rows.map(({ method, path }) => `${method} ${anyName(path)}`))
    expect(operations.filter((operation) => !told.has(anyName(operation)))).toEqual([])
  })
})

describe('what is missing', () => {
  it.each(areas)(
    'is told under %s, before the body is read and whatever it holds',
    async (area) => {
      const headers = { 'content-type': 'multipart/form-data; boundary=x' }
      const refusal = { status: 501, body: { code: 501, key: 'not_implemented' } }
      for (const url of [area, `${area}/some/thing`]) {
        expect(await t.call('GET', url)).toMatchObject(refusal)
        expect(await t.call('POST', url, 'not multipart', { headers })).toMatchObject(refusal)
      }
    },
  )
})
