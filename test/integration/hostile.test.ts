import { sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import type { ProjectKeys } from '../../src/platform/auth/index.ts'
import { createLog } from '../../src/platform/log.ts'
import { type Furnished, furnish, OPEN_TO_PAGES } from '../support/hostile/project.ts'
import { createRandom } from '../support/hostile/random.ts'
import {
  type ApiDocument,
  createHostileRequests,
  type HostileRequest,
} from '../support/hostile/requests.ts'
import { listRoutes, type Route } from '../support/routes.ts'
import { useTestApp } from '../support/test-app.ts'

const REQUESTS = Number(process.env['HOSTILE_REQUESTS'] ?? 20_000)
const SEED = Number(process.env['HOSTILE_SEED'] ?? 20_260_601)
const AT_ONCE = 8
const ANSWER_MS_MAX = 5_000
/** What one may take on average, on a busy machine. */
const REQUEST_MS_MAX = 50
/** Stands in every text of the other project. */
const MARK = 'belongs-to-the-other'

const t = useTestApp({ log: createLog('silent'), isWatched: false })
let other: ProjectKeys
let own: Furnished
let foreign: Furnished
let documents: ApiDocument[]
let routes: Route[]

const readDocument = async (url: string): Promise<ApiDocument> =>
  (await t.app.http.inject({ method: 'GET', url })).json() as ApiDocument

/** A checksum of each table's rows of the other project. */
async function checksums(): Promise<Record<string, string | null>> {
  const tables = await sql<{ name: string }>`
    select table_name as name from information_schema.columns
     where table_schema = 'public' and column_name = 'project_id' order by 1`.execute(t.db.kysely)
  const sums: Record<string, string | null> = {}
  for (const { name } of tables.rows) {
    const { rows } = await sql<{ sum: string | null }>`
      select md5(string_agg(row::text, E'\n' order by row::text)) as sum
        from ${sql.table(name)} row where project_id = ${other.projectId}`.execute(t.db.kysely)
    sums[name] = rows[0]?.sum ?? null
  }
  return sums
}

type Answer = { status: number; payload: string; headers: object; ms: number }

async function ask(request: HostileRequest): Promise<Answer> {
  const began = performance.now()
  const { method, ...rest } = request
  const response = await t.app.http.inject({ ...rest, method: method as 'GET' })
  const { statusCode: status, payload, headers } = response
  return { status, payload, headers, ms: performance.now() - began }
}

/** What is wrong with an answer; undefined when nothing is. */
function findFault({ url }: HostileRequest, answer: Answer): string | undefined {
  const { status, payload, headers, ms } = answer
  if (status >= 500 && status !== 501) return `answered ${status}: ${payload}`
  if (status === 501 && url.startsWith('/segmentio')) return 'answered 501 to Segment (D-20)'
  if (ms > ANSWER_MS_MAX) return `took ${Math.round(ms)} ms`
  if (payload.includes(MARK) || JSON.stringify(headers).includes(MARK)) return `leaked: ${payload}`
  if (status < 400 || payload === '') return undefined
  return hasFormOfError(status, payload) ? undefined : `a strange error: ${payload}`
}

/** The forms of docs/reference/errors.md; the Tracking API has its own. */
function hasFormOfError(status: number, payload: string): boolean {
  const body = JSON.parse(payload) as Record<string, unknown>
  if (body['stack'] !== undefined || typeof body['message'] !== 'string') return false
  if (body['success'] === false) return typeof body['code'] === 'string'
  if (body['statusCode'] === status) return typeof body['error'] === 'string'
  return body['code'] === status && typeof body['key'] === 'string'
}

/** Keeps `AT_ONCE` requests under way and returns what went wrong, the first few. */
async function attack(next: () => HostileRequest): Promise<{ faults: string[]; counts: object }> {
  const faults: string[] = []
  const counts: Record<string, number> = {}
  let sent = 0
  const work = async (): Promise<void> => {
    while (sent < REQUESTS && faults.length < 20) {
      const number = sent++
      // What pages may do is among the things that requests change.
      if (number % 500 === 0) await openToPages()
      const request = next()
      const answer = await ask(request)
      counts[answer.status] = (counts[answer.status] ?? 0) + 1
      const fault = findFault(request, answer)
      if (fault) faults.push(`#${number} ${fault.slice(0, 300)} ← ${toText(request)}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return { faults, counts }
}

const toText = ({ method, url, payload = '' }: HostileRequest): string =>
  `${method} ${url.slice(0, 500)} ${payload.slice(0, 400)}`

async function openToPages(): Promise<void> {
  await t.app.http.inject({
    method: 'PATCH',
    url: '/api/v1/client-settings',
    headers: { authorization: `Bearer ${t.keys.adminToken}` },
    payload: OPEN_TO_PAGES,
  })
}

beforeAll(async () => {
  other = await t.addProject()
  own = await furnish(t.app.http, t.keys, { mark: 'mine', prefix: 'own' })
  foreign = await furnish(t.app.http, other, { mark: MARK, prefix: 'foreign' })
  documents = [
    await readDocument('/api/engine/openapi.json'),
    await readDocument('/api/openapi.json'),
  ]
  routes = listRoutes(t.app.http)
})

describe(`${REQUESTS} malformed and hostile requests over all routes`, () => {
  it(
    'are answered without a fault, in time, and nothing of another project (invariant 8)',
    async () => {
      const before = await checksums()
      const next = createHostileRequests(
        createRandom(SEED),
        { documents, routes },
        { ...own, keys: t.keys, foreign: { ...foreign, keys: other } },
      )
      const { faults, counts } = await attack(next)
      process.stdout.write(`seed ${SEED}: answers by status ${JSON.stringify(counts)}\n`)
      expect(faults, `HOSTILE_SEED=${SEED}`).toEqual([])
      expect(await checksums()).toEqual(before)
    },
    60_000 + REQUESTS * REQUEST_MS_MAX,
  )
})
