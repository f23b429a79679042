import { describe, expect, it } from 'vitest'
import { receivedEventRoutes } from '../../../../src/pipeline/log/index.ts'
import { itInPostgres } from '../../../support/event-log.ts'
import { useTestManagement } from '../../../support/management.ts'
import { anEntry, append, NOW } from './support.ts'

const t = useTestManagement(receivedEventRoutes)

const get = async (url: string, project = t.keys) => {
  const { status, body } = await t.call('GET', url, undefined, project)
  if (status !== 200) throw new Error(JSON.stringify(body))
  return body
}
const idsOf = (page: { data: { message_id: string }[] }) => page.data.map((one) => one.message_id)

describe('GET /api/v1/events', () => {
  it('shows received calls as they are in the log, newest first', async () => {
    const { projectId } = t.keys
    await append(t.eventLog, [
      anEntry({
        projectId,
        messageId: 'first',
        body: '{"type":"track","properties":{"a":[1,null]}}',
      }),
      anEntry({
        projectId,
        messageId: 'second',
        type: 'page',
        event: null,
        userId: null,
        anonymousId: 'anon-1',
      }),
    ])
    const { data, next } = await get('/api/v1/events')
    expect(next).toBeNull()
    expect(idsOf({ data })).toEqual(['second', 'first'])
    expect(data[0]).toMatchObject({
      type: 'page',
      event: null,
      user_id: null,
      anonymous_id: 'anon-1',
    })
    expect(data[1]).toEqual({
      message_id: 'first',
      type: 'track',
      event: 'Tested',
      user_id: 'ada',
      anonymous_id: null,
      received_at: NOW.toISOString(),
      source_id: 'src_log',
      body: { type: 'track', properties: { a: [1, null] } },
    })
  })

  it('filters by source, type, event and user, each alone and all together', async () => {
    const keys = await t.addProject()
    const { projectId } = keys
    await append(t.eventLog, [
      anEntry({ projectId, messageId: 'f1', sourceId: 'src_a', userId: 'ada' }),
      anEntry({ projectId, messageId: 'f2', sourceId: 'src_b', userId: 'ada' }),
    ])
    await append(t.eventLog, [
      anEntry({ projectId, messageId: 'f3', sourceId: 'src_a', userId: 'bob', event: 'Other' }),
      anEntry({ projectId, messageId: 'f4', sourceId: 'src_a', type: 'identify', event: null }),
    ])
    const found = async (query: string) => idsOf(await get(`/api/v1/events?${query}`, keys))
    expect(await found('source_id=src_a')).toEqual(['f4', 'f3', 'f1'])
    expect(await found('type=identify')).toEqual(['f4'])
    expect(await found('event=Other')).toEqual(['f3'])
    expect(await found('user_id=ada')).toEqual(['f4', 'f2', 'f1'])
    expect(await found('source_id=src_a&type=track&event=Tested&user_id=ada')).toEqual(['f1'])
    expect(await found('user_id=nobody')).toEqual([])
    expect(await found('source_id=&type=&event=&user_id=')).toEqual(['f4', 'f3', 'f2', 'f1'])
  })

  it('searches ids and names for a text, in any case and sign by sign (§7.6.1)', async () => {
    const keys = await t.addProject()
    const { projectId } = keys
    await append(t.eventLog, [
      anEntry({ projectId, messageId: 's1', userId: 'ada@example.com', event: 'Order Completed' }),
      anEntry({ projectId, messageId: 's2', userId: null, anonymousId: 'ANON_7', event: null }),
      anEntry({ projectId, messageId: 's3', userId: 'bob', event: '100% off' }),
    ])
    const found = async (query: string) =>
      idsOf(await get(`/api/v1/events?${new URLSearchParams(query)}`, keys))
    expect(await found('search=ADA@')).toEqual(['s1'])
    expect(await found('search=order comp')).toEqual(['s1'])
    expect(await found('search=anon_')).toEqual(['s2'])
    expect(await found('search=s3')).toEqual(['s3'])
    expect(await found(`search=${encodeURIComponent('%')}`)).toEqual(['s3'])
    expect(await found('search=_')).toEqual(['s2'])
    expect(await found(`search=${encodeURIComponent('\\')}`)).toEqual([])
    expect(await found('search=s&anonymous_id=ANON_7')).toEqual(['s2'])
    expect(await found('message_id=s1')).toEqual(['s1'])
    expect(await found('search=')).toEqual(['s3', 's2', 's1'])
    const { status } = await t.call(
      'GET',
      `/api/v1/events?search=${'a'.repeat(257)}`,
      undefined,
      keys,
    )
    expect(status).toBe(400)
  })

  it('goes on after a page without gap or repetition, also while more events arrive', async () => {
    const keys = await t.addProject()
    const { projectId } = keys
    const messageIds = Array.from({ length: 7 }, (_, index) => `p${index}`)
    // Users in several partitions of the log.
    await append(
      t.eventLog,
      messageIds.map((messageId) => anEntry({ projectId, messageId, userId: messageId })),
    )
    const first = await get('/api/v1/events?limit=3', keys)
    await append(t.eventLog, [anEntry({ projectId, messageId: 'late' })])
    const second = await get(`/api/v1/events?limit=3&starting_after=${first.next}`, keys)
    const third = await get(`/api/v1/events?limit=3&starting_after=${second.next}`, keys)
    expect([first, second, third].map((page) => page.data.length)).toEqual([3, 3, 1])
    expect([first, second, third].flatMap(idsOf)).toEqual([...messageIds].reverse())
    expect(third.next).toBeNull()
  })

  itInPostgres('searches only so far back at once, and says where to go on', async () => {
    const keys = await t.addProject()
    const { projectId } = keys
    const leap = () =>
      t.db.pool.query(
        `select setval(pg_get_serial_sequence('log_entry', 'position'),
           (select max(position) + 150000 from log_entry))`,
      )
    await append(t.eventLog, [anEntry({ projectId, messageId: 'old' })])
    await leap()
    await append(t.eventLog, [anEntry({ projectId, messageId: 'middle', type: 'page' })])
    await leap()
    await append(t.eventLog, [anEntry({ projectId, messageId: 'new' })])

    const pages: string[][] = []
    let next: string | null = null
    do {
      const after: string = next === null ? '' : `&starting_after=${next}`
      const page = await get(`/api/v1/events?type=track${after}`, keys)
      pages.push(idsOf(page))
      next = page.next
    } while (next !== null)
    expect(pages).toEqual([['new'], [], [], ['old']])
    expect(idsOf(await get('/api/v1/events', keys))).toEqual(['new', 'middle', 'old'])
  })

  it('shows nothing of another project', async () => {
    const other = await t.addProject()
    await append(t.eventLog, [anEntry({ projectId: t.keys.projectId, sourceId: 'src_private' })])
    expect((await get('/api/v1/events?source_id=src_private', other)).data).toEqual([])
    expect((await get('/api/v1/events?source_id=src_private')).data).toHaveLength(1)
  })
})

describe('GET /api/v1/rejected-calls', () => {
  const reject = (
    projectId: string | null,
    sourceId: string,
    message: string,
    reason = 'event_not_defined',
  ) =>
    t.db.kysely
      .insertInto('rejected_call')
      .values({
        project_id: projectId,
        source_id: sourceId,
        reason,
        message,
        body: '{"type":"tr',
        received_at: NOW,
      })
      .execute()

  it('shows what failed on ingest with its reason, newest first, page by page (§1.7)', async () => {
    const keys = await t.addProject()
    for (const message of ['one', 'two', 'three']) await reject(keys.projectId, 'src_a', message)
    const page = await get('/api/v1/rejected-calls?limit=2', keys)
    expect(page.data[0]).toEqual({
      id: expect.any(Number),
      reason: 'event_not_defined',
      message: 'three',
      received_at: NOW.toISOString(),
      source_id: 'src_a',
      body: '{"type":"tr',
    })
    const rest = await get(`/api/v1/rejected-calls?limit=2&starting_after=${page.next}`, keys)
    const messages = [...page.data, ...rest.data].map(({ message }) => message)
    expect(messages).toEqual(['three', 'two', 'one'])
    expect(rest.next).toBeNull()
  })

  it('filters by source and reason, and shows neither another project nor calls of nobody', async () => {
    const [keys, other] = [await t.addProject(), await t.addProject()]
    await reject(keys.projectId, 'src_a', 'mine of a')
    await reject(keys.projectId, 'src_b', 'mine of b')
    await reject(keys.projectId, 'src_a', 'too large', 'event_too_large')
    await reject(other.projectId, 'src_b', 'of another')
    await reject(null, 'src_b', 'of nobody')
    const { data } = await get('/api/v1/rejected-calls?source_id=src_b', keys)
    expect(data.map(({ message }: { message: string }) => message)).toEqual(['mine of b'])
    const large = await get('/api/v1/rejected-calls?reason=event_too_large', keys)
    expect(large.data).toMatchObject([{ message: 'too large' }])
    expect((await get('/api/v1/rejected-calls', keys)).data).toHaveLength(3)
  })
})
