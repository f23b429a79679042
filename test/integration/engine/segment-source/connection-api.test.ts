import { describe, expect, it } from 'vitest'
import {
  connectSegmentSource,
  segmentSourceRoutes,
} from '../../../../src/engine/segment-source/index.ts'
import { inTransaction } from '../../../../src/platform/db.ts'
import { createVault } from '../../../../src/platform/secrets.ts'
import { useTestManagement } from '../../../support/management.ts'
import { waitFor } from '../../../support/wait-for.ts'

const PATH = '/api/v1/voucherify-source'
const KEY = 'the-write-key'
const vault = createVault('5e'.repeat(32))
const t = useTestManagement((scope, deps) => segmentSourceRoutes(scope, { ...deps, vault }))

const storedKey = async (): Promise<string> => {
  const { rows } = await t.db.pool.query('select write_key_sealed from segment_source_connection')
  return vault.open(rows[0].write_key_sealed)
}

describe('/api/v1/voucherify-source', () => {
  it('is not found before a source is connected, and needs a write key to be', async () => {
    expect((await t.call('GET', PATH)).status).toBe(404)
    expect(await t.call('PUT', PATH, { region: 'US' })).toMatchObject({
      status: 400,
      body: { key: 'invalid_payload', details: 'Property .write_key is required' },
    })
  })

  it('connects with the names and the shape of the seed and never answers the write key (D-01, D-03)', async () => {
    const { status, body } = await t.call('PUT', PATH, { region: 'EU', write_key: KEY })
    expect(status).toBe(200)
    expect(body).toEqual({
      region: 'EU',
      endpoint: null,
      naming: 'seed',
      shape: 'object',
      anonymous_fallback: 'customer_id',
      reward_events: 'both',
      enabled: true,
      queued: 0,
      dropped: 0,
      failures: 0,
      last_failure: null,
      next_attempt_at: null,
      created_at: '2026-06-01T12:00:00.000Z',
      updated_at: null,
    })
    expect((await t.call('GET', PATH)).body).toEqual(body)
    expect(await storedKey()).toBe(KEY)
  })

  it('keeps the write key when it is left out', async () => {
    const settings = {
      region: 'CUSTOM',
      endpoint: 'https://events.example.com/v1/',
      naming: 'published',
      shape: 'flat',
      anonymous_fallback: 'skip',
      reward_events: 'customer',
      enabled: false,
    }
    const { body } = await t.call('PUT', PATH, settings)
    expect(body).toMatchObject({ ...settings, endpoint: 'https://events.example.com/v1' })
    expect(await storedKey()).toBe(KEY)
  })

  it('does not undo a new write key that comes at the same moment', async () => {
    const isWaiting = async () => {
      const { rows } = await t.db.pool.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
      return rows.length > 0 ? true : undefined
    }
    let keeping: ReturnType<typeof t.call> | undefined
    await inTransaction(t.db, async (tx) => {
      const now = t.clock.now()
      const writeKeySealed = vault.seal('a-new-key')
      await connectSegmentSource(tx, {
        projectId: t.keys.projectId,
        region: 'US',
        writeKeySealed,
        now,
      })
      keeping = t.call('PUT', PATH, { region: 'EU' })
      await waitFor('the other change to wait', isWaiting)
    })
    expect(await keeping).toMatchObject({ status: 200, body: { region: 'EU' } })
    expect(await storedKey()).toBe('a-new-key')
  })

  it('tells how many events wait and how many were dropped', async () => {
    await t.db.pool.query(
      `insert into segment_source_message (project_id, occurrence_id, event_row, created_at, dropped_at)
       select $1, 'evcus_' || n, 1, now(), case when n = 3 then now() end from generate_series(1, 3) as n`,
      [t.keys.projectId],
    )
    expect((await t.call('GET', PATH)).body).toMatchObject({ queued: 2, dropped: 1 })
  })

  it.each([
    [{ region: 'MARS', write_key: KEY }, /region/],
    [{ region: 'CUSTOM', write_key: KEY }, /endpoint/],
    [{ region: 'CUSTOM', endpoint: 'ftp://example.com', write_key: KEY }, /endpoint/],
    [{ region: 'US', endpoint: 'https://example.com', write_key: KEY }, /endpoint/],
    [{ region: 'US', write_key: KEY, naming: 'mine' }, /naming/],
  ])('refuses %j and names the field', async (settings, details) => {
    expect(await t.call('PUT', PATH, settings)).toMatchObject({
      status: 400,
      body: { key: 'invalid_payload', details: expect.stringMatching(details) },
    })
  })

  it('is of one project', async () => {
    const other = await t.addProject()
    expect((await t.call('GET', PATH, undefined, other)).status).toBe(404)
  })
})
