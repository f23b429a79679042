import { describe, expect, it } from 'vitest'
import { toIdempotencyKey } from '../../../../src/engine/api/idempotency.ts'
import type { Call } from '../../../../src/engine/context.ts'
import { receiveBatch } from '../../../../src/engine/segmentio/receive-batch.ts'
import {
  type Received,
  readCustomerBody,
  readEventBody,
  readGroupBody,
} from '../../../../src/engine/segmentio/received.ts'
import { inTransaction } from '../../../../src/platform/db.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { eventsOf, occurrencesOf, typesOf } from './support.ts'

const t = useTestApp()

type Sent = { received: Received; key?: string; body?: object }

/** Takes in these calls as one batch and returns what each was answered. */
async function receive(sent: readonly Sent[]) {
  const { projectId, appId } = t.keys
  const batch = sent.map(({ received, key, body = {} }, index) => {
    const call: Call = {
      projectId,
      appId,
      groupId: `v-${index}`,
      channel: 'API',
      now: t.clock.now(),
    }
    const request = { projectId, scope: 'segmentio' as const, method: 'POST', url: '/', body }
    return { call, received, key: toIdempotencyKey(key, request) }
  })
  const { answers } = await inTransaction(t.db, (tx) => receiveBatch(tx, batch))
  return answers as { status: number; body: Record<string, unknown> }[]
}

const identify = (sourceId: string, fields: object) =>
  readCustomerBody({ source_id: sourceId, ...fields })
const track = (sourceId: string, event: string) =>
  readEventBody({ customer: { source_id: sourceId }, event })

describe('receiveBatch', () => {
  it('lets calls about one customer take effect one after another', async () => {
    const answers = await receive([
      { received: identify('twin', { name: 'One', metadata: { a: 1 } }) },
      { received: track('twin', 'First') },
      { received: identify('twin', { name: 'Two', metadata: { a: null, b: 2 } }) },
      { received: readGroupBody({ customer: { source_id: 'twin' }, group_id: 'g' }) },
      { received: track('twin', 'Second') },
    ])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    expect(answers.map(({ body }) => body['name'] ?? body['type'])).toEqual([
      'One',
      'First',
      'Two',
      'Two',
      'Second',
    ])
    expect(answers[0]?.body['metadata']).toEqual({ a: 1 })
    expect(answers[1]?.body['customer']).toMatchObject({ name: 'One', metadata: { a: 1 } })
    expect(answers[3]?.body['metadata']).toEqual({ b: 2, group_id: 'g' })
    expect((await eventsOf(t, 'twin')).map(({ type }) => type)).toEqual(['First', 'Second'])
    expect(typesOf(await occurrencesOf(t, 'twin')).sort()).toEqual([
      'customer.created',
      'customer.custom_event',
      'customer.custom_event',
      'customer.updated',
      'customer.updated',
    ])
  })

  it('answers twins under one key as one, and refuses the key to another call', async () => {
    const received = track('keyed', 'Keyed')
    const answers = await receive([
      { received, key: 'k-1' },
      { received, key: 'k-1' },
      { received, key: 'k-2' },
      { received: track('keyed', 'Other'), key: 'k-1', body: { other: true } },
      { received },
    ])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 422, 200])
    expect(answers[1]).toEqual(answers[0])
    expect(await eventsOf(t, 'keyed')).toHaveLength(3)
  })

  it('answers each in its place when one is refused', async () => {
    const answers = await receive([
      { received: track('placed', 'A') },
      { received: track('x'.repeat(3_000), 'B') },
      { received: identify('placed', { name: 'N' }) },
      { received: track('placed', 'C') },
    ])
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 200, 200])
    expect(answers.map(({ body }) => body['type'] ?? body['name'] ?? body['key'])).toEqual([
      'A',
      'invalid_payload',
      'N',
      'C',
    ])
    expect((await eventsOf(t, 'placed')).map(({ type }) => type)).toEqual(['A', 'C'])
  })
})
