import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { LIMITS } from '../../../../src/platform/limits.ts'
import {
  filter,
  idParams,
  listQuery,
  pageOf,
  parseCursor,
  toAdmin,
  toPage,
} from '../../../../src/platform/management/index.ts'
import { useTestManagement } from '../../../support/management.ts'

const CANNOT_BE_STORED = 'must not contain U+0000 or an unpaired surrogate'
const NUMBERS = Array.from({ length: 45 }, (_, index) => index + 1)

const t = useTestManagement((scope) => {
  scope.get('/api/v1/who', async (request) => toAdmin(request))

  scope.post(
    '/api/v1/things',
    {
      schema: {
        body: z.strictObject({
          name: z.string().trim().min(1).max(5),
          kind: z.enum(['a', 'b']).optional(),
          parts: z.array(z.object({ size: z.int().optional() })).optional(),
        }),
        response: { 200: z.object({ name: z.string() }) },
      },
    },
    async ({ body }) => ({ ...body, extra: 'kept' }),
  )

  scope.get(
    '/api/v1/things/:id',
    { schema: { params: idParams('The thing.') } },
    async ({ params }) => ({ id: params.id }),
  )

  scope.get(
    '/api/v1/numbers',
    {
      schema: {
        querystring: listQuery({ min: filter('From here.') }),
        response: { 200: pageOf(z.number()) },
      },
    },
    async ({ query }) => {
      const [after] = parseCursor(query.starting_after, z.tuple([z.int()])) ?? [0]
      const rows = NUMBERS.filter((number) => number > after && number >= Number(query.min ?? 0))
      return toPage(rows.slice(0, query.limit + 1), query.limit, (number) => [number])
    },
  )
})

const post = (payload: string, headers: Record<string, string> = {}) =>
  t.http.inject({
    method: 'POST',
    url: '/api/v1/things',
    payload,
    headers: { authorization: `Bearer ${t.keys.adminToken}`, ...headers },
  })

describe('the door of the management API', () => {
  it.each([undefined, 'Bearer', 'Bearer wrong', 'Basic abc'])(
    'answers 401 in our error body for the authorization %s',
    async (authorization) => {
      const response = await t.http.inject({
        method: 'GET',
        url: '/api/v1/who',
        headers: authorization === undefined ? {} : { authorization },
      })
      expect(response.statusCode).toBe(401)
      expect(response.headers['www-authenticate']).toBe('Bearer')
      expect(response.json()).toEqual({
        code: 401,
        key: 'unauthorized',
        message: 'Unauthorized',
        request_id: expect.stringMatching(/^v-/),
      })
    },
  )

  it('binds a call to the project of its token', async () => {
    const other = await t.addProject()
    expect((await t.call('GET', '/api/v1/who')).body).toEqual({ projectId: t.keys.projectId })
    const answer = await t.call('GET', '/api/v1/who', undefined, other)
    expect(answer.body).toEqual({ projectId: other.projectId })
  })

  it('asks for the token before it looks at the request', async () => {
    const response = await post('{', { authorization: 'Bearer wrong' })
    expect(response.statusCode).toBe(401)
  })

  it('tells the rate limit, by project', async () => {
    const { headers } = await t.call('GET', '/api/v1/who')
    const again = await t.call('GET', '/api/v1/who')
    expect(again.headers['x-rate-limit-remaining']).toBe(
      String(Number(headers['x-rate-limit-remaining']) - 1),
    )
    const other = await t.call('GET', '/api/v1/who', undefined, await t.addProject())
    expect(Number(other.headers['x-rate-limit-remaining'])).toBeGreaterThan(
      Number(again.headers['x-rate-limit-remaining']),
    )
  })
})

describe('bodies', () => {
  it.each([
    [undefined],
    ['text/plain'],
    ['application/json'],
    ['application/vnd.api+json; charset=utf-8'],
  ])('are JSON whatever the content type says (%s)', async (type) => {
    const response = await post(
      '{"name":" ada "}',
      type === undefined ? {} : { 'content-type': type },
    )
    expect(response.statusCode).toBe(200)
    expect(response.json()).toMatchObject({ name: 'ada' })
  })

  it('count as {} when they are absent', async () => {
    const { status, body } = await t.call('POST', '/api/v1/things')
    expect(status).toBe(400)
    expect(body.details).toBe("Payload should have required property 'name'")
  })

  it.each([
    [{}, "Payload should have required property 'name'"],
    [[], 'Payload must be object'],
    [{ name: 1 }, 'Property .name must be string'],
    [{ name: null }, 'Property .name must be string'],
    [{ name: ' ' }, 'Property .name should have at least 1 characters'],
    [{ name: 'abcdef' }, 'Property .name should have at most 5 characters'],
    [{ name: 'ada', nam: 1 }, "Payload should not have property 'nam'"],
    [
      { name: 'ada', kind: 'c' },
      'Property .kind should be equal to one of the allowed values: a, b',
    ],
    [
      { name: 'ada', parts: [{ size: 1 }, { size: 1.5 }] },
      'Property .parts[1].size must be integer',
    ],
    [{ name: 'a\0' }, `Property .name ${CANNOT_BE_STORED}`],
    [
      { name: 'ada', parts: [{ 'a\ud800': 1 }] },
      `A name in Property .parts[0] ${CANNOT_BE_STORED}`,
    ],
  ])('are refused with the field: %j', async (sent, details) => {
    const { status, body } = await t.call('POST', '/api/v1/things', sent)
    expect({ status, body }).toEqual({
      status: 400,
      body: {
        code: 400,
        key: 'invalid_payload',
        message: 'Invalid payload',
        details,
        request_id: expect.any(String),
      },
    })
  })

  it('are refused in our error body when they are not JSON', async () => {
    const response = await post('{"name"')
    expect(response.statusCode).toBe(400)
    expect(response.json()).toMatchObject({
      key: 'invalid_payload',
      details: 'Payload is not valid JSON',
    })
  })

  it('are refused in our error body when they are too large', async () => {
    const response = await post(JSON.stringify({ name: 'x'.repeat(LIMITS.managementBodyBytesMax) }))
    expect(response.statusCode).toBe(413)
    expect(response.json()).toMatchObject({
      code: 413,
      key: 'payload_too_large',
      details: 'Payload should have at most 1048576 bytes',
    })
  })

  it('are refused when they are nested without end', async () => {
    const depth = 400_000
    const response = await post(`{"name":"ada","parts":${'['.repeat(depth)}${']'.repeat(depth)}}`)
    expect(response.json()).toMatchObject({
      code: 400,
      details: 'Property .parts must NOT be nested deeper than 64 levels',
    })
  })

  it('are refused as multipart', async () => {
    const response = await post('--x--', { 'content-type': 'multipart/form-data; boundary=x' })
    expect(response.json()).toMatchObject({ code: 415, key: 'unsupported_media_type' })
  })
})

describe('answers', () => {
  it('keep what their schema does not name', async () => {
    const { body } = await t.call('POST', '/api/v1/things', { name: 'ada' })
    expect(body).toEqual({ name: 'ada', extra: 'kept' })
  })
})

describe('paths', () => {
  it('are refused when the database could not look them up', async () => {
    const { body } = await t.call('GET', '/api/v1/things/a%00b')
    expect(body).toMatchObject({
      code: 400,
      key: 'invalid_query_params',
      details: `Property .id ${CANNOT_BE_STORED}`,
    })
  })

  it('that do not exist answer 404 in our error body', async () => {
    expect((await t.call('GET', '/api/v1/nothing')).body).toMatchObject({ key: 'not_found' })
  })
})

describe('lists', () => {
  it('answer 20 rows by default and go on with next until it is null', async () => {
    const seen: number[] = []
    const sizes: number[] = []
    let next: string | null = null
    do {
      const after: string = next === null ? '' : `?starting_after=${encodeURIComponent(next)}`
      const { body } = await t.call('GET', `/api/v1/numbers${after}`)
      seen.push(...body.data)
      sizes.push(body.data.length)
      next = body.next
    } while (next !== null)
    expect(seen).toEqual(NUMBERS)
    expect(sizes).toEqual([20, 20, 5])
  })

  it('end with next null when the last page is full', async () => {
    const { body } = await t.call('GET', '/api/v1/numbers?limit=45')
    expect(body.data).toHaveLength(45)
    expect(body.next).toBeNull()
  })

  it('count an empty parameter as absent', async () => {
    const { body } = await t.call('GET', '/api/v1/numbers?limit=&min=&starting_after=')
    expect(body.data).toHaveLength(20)
  })

  it.each([
    ['limit=0', 'Property .limit should be at least 1'],
    ['limit=101', 'Property .limit should be at most 100'],
    ['limit=1.5', 'Property .limit must be integer'],
    ['limit=many', 'Property .limit must be number'],
    ['min[a]=1', 'Property .min must be string'],
    ['mni=1', "Query should not have property 'mni'"],
    ['min=%00', `Property .min ${CANNOT_BE_STORED}`],
  ])('refuse ?%s with the parameter', async (query, details) => {
    const { status, body } = await t.call('GET', `/api/v1/numbers?${query}`)
    expect(status).toBe(400)
    expect(body).toMatchObject({ key: 'invalid_query_params', details })
  })

  it.each(['5', 'WyJhIl0', 'W10', 'bnVsbA', '%F0%9F%8E%81'])(
    'refuse the cursor %s, which is not one of theirs',
    async (cursor) => {
      const { status, body } = await t.call('GET', `/api/v1/numbers?starting_after=${cursor}`)
      expect(status).toBe(400)
      expect(body.key).toBe('invalid_or_expired_cursor')
    },
  )
})
