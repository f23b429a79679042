import { describe, expect, it } from 'vitest'
import { sweepReports } from '../../../../src/engine/async-actions/index.ts'
import { fetchReport, runAsyncActions } from '../../../support/async-actions.ts'
import { drainEffects } from '../../../support/effects.ts'
import { defineMetadata, manageSchemas } from '../../../support/metadata-schemas.ts'
import { drainWalks } from '../../../support/segments.ts'
import { type CallAnswer, useTestApp } from '../../../support/test-app.ts'
import { uploadCsv } from '../../../support/upload-csv.ts'
import { announcedOf, typesOf } from './support.ts'

const t = useTestApp()

/** Does everything that is enqueued, and answers what came of the action. */
async function resultOf(answer: CallAnswer) {
  expect(answer.status).toBe(202)
  expect(answer.body.async_action_id).toMatch(/^aa_/)
  await runAsyncActions(t)
  return (await t.call('GET', `/v1/async-actions/${answer.body.async_action_id}`)).body
}

const get = async (reference: string) => (await t.call('GET', `/v1/customers/${reference}`)).body

describe('POST /v1/customers/bulk/async (C-30)', () => {
  it('changes customers whom it knows and makes the others (programs scenario 12)', async () => {
    await t.call('POST', '/v1/customers', { source_id: 'b1', name: 'One', metadata: { a: 1 } })
    await t.call('POST', '/v1/customers', { source_id: 'b2', name: 'Two' })
    const answer = await t.call('POST', '/v1/customers/bulk/async', [
      { source_id: 'b1', phone: '+1', metadata: { b: 2 } },
      { source_id: 'b2', name: null },
      { source_id: 'b3', name: 'Three' },
    ])
    expect(await resultOf(answer)).toMatchObject({
      type: 'CUSTOMERS.BULK_UPDATE',
      status: 'DONE',
      operation_status: 'SUCCESS',
      result: { done_count: 3, failed_count: 0, errors: [] },
      progress: 100,
    })
    expect(await get('b1')).toMatchObject({ name: 'One', phone: '+1', metadata: { a: 1, b: 2 } })
    expect(await get('b2')).not.toHaveProperty('name')
    expect(await get('b3')).toMatchObject({ name: 'Three' })
  })

  it('has a report that can be fetched for a while', async () => {
    await t.call('POST', '/v1/customers', { source_id: 'r1' })
    const answer = await t.call('POST', '/v1/customers/bulk/async', [
      { source_id: 'r1', name: 'R' },
      { source_id: 'r,2' },
      { source_id: 'r3', birthdate: '2026-02-01' },
    ])
    const { id, result } = await resultOf(answer)
    const [url] = result.reports
    expect(url).toMatch(new RegExp(`/v1/async-actions/${id}/report$`))
    const report = await fetchReport(t, result)
    expect(report.headers['content-type']).toContain('text/csv')
    expect(report.payload).toBe(
      'source_id,found,updated\r\nr1,true,true\r\n"r,2",false,true\r\nr3,false,true\r\n',
    )
    expect((await fetchReport(t, result, await t.addProject())).statusCode).toBe(404)
    t.clock.set(new Date(new Date(result.reports_available_till).getTime() + 1))
    expect((await fetchReport(t, result)).statusCode).toBe(404)
    await sweepReports(t.db, t.clock.now())
    const { rows } = await t.db.pool.query('select from async_action_report')
    expect(rows).toEqual([])
  })

  it('announces the changes, and tells no webhook of updates, nor do its siblings (C-17, C-35, programs scenario 12)', async () => {
    await t.db.pool.query(
      `insert into webhook_endpoint (id, project_id, target_url, events, event_names, secret_sealed, created_at)
       values ('wh_1', $1, 'https://example.com/', $2, $2, 'x', now())`,
      [t.keys.projectId, ['customer.updated', 'customer.created']],
    )
    const send = async (start: () => Promise<CallAnswer>) => {
      t.clock.advance(1_000)
      await resultOf(await start())
    }
    const bulk = (name: string) => () =>
      t.call('POST', '/v1/customers/bulk/async', [{ source_id: 'hushed', name }])
    await send(bulk('A'))
    await send(bulk('B'))
    await send(bulk('B'))
    const metadata = { source_ids: ['hushed'], metadata: { k: 1 } }
    await send(() => t.call('POST', '/v1/customers/metadata/async', metadata))
    await send(() => uploadCsv(t, '/v1/customers/importCSV', 'Source_id,Name\nhushed,C\n'))
    expect(await typesOf(t, 'hushed')).toEqual([
      'customer.created',
      'customer.updated',
      'customer.updated',
      'customer.updated',
    ])
    const told = async () => (await t.db.pool.query('select event from webhook_message')).rows
    expect(await told()).toEqual([{ event: 'customer.created' }])
    await t.call('PUT', '/v1/customers/hushed', { name: 'D' })
    expect(await told()).toEqual([{ event: 'customer.created' }, { event: 'customer.updated' }])
    await t.db.pool.query('delete from webhook_endpoint')
  })

  it('takes what the initial sync of Segment sends (C-36, programs scenario 13)', async () => {
    const synced = {
      name: 'Synced',
      source_id: 'synced',
      email: null,
      phone: null,
      birthdate: null,
      address: { city: null, state: null, postal_code: null, line_1: null, country: null },
      metadata: {},
      system_metadata: { source: 'segmentio' },
    }
    const { result } = await resultOf(
      await t.call('POST', '/v1/customers/bulk/async', [
        synced,
        { ...synced, source_id: 's2', metadata: null },
      ]),
    )
    expect(result).toMatchObject({ done_count: 2, failed_count: 0 })
    expect(await get('synced')).toMatchObject({
      name: 'Synced',
      address: null,
      system_metadata: { source: 'segmentio' },
    })
  })

  it('re-evaluates segments, as its siblings do (C-35)', async () => {
    const filter = { 'metadata.bulk': { conditions: { $is: ['yes'] } } }
    await t.call('POST', '/v1/segments', { name: 'Bulk', type: 'auto-update', filter })
    await drainWalks(t)
    t.clock.advance(1_000)
    const metadata = { bulk: 'yes' }
    await t.call('POST', '/v1/customers', { source_id: 'by-metadata' })
    await resultOf(
      await t.call('POST', '/v1/customers/bulk/async', [{ source_id: 'by-bulk', metadata }]),
    )
    await resultOf(
      await t.call('POST', '/v1/customers/metadata/async', {
        source_ids: ['by-metadata'],
        metadata,
      }),
    )
    await resultOf(await uploadCsv(t, '/v1/customers/importCSV', 'Source_id,bulk\nby-csv,yes\n'))
    await drainEffects(t)
    for (const member of ['by-bulk', 'by-metadata', 'by-csv']) {
      expect(await typesOf(t, member)).toContain('customer.segment.entered')
    }
  })

  it('refuses a body that is too large, and one without names (W-5, programs scenario 14)', async () => {
    const large = [{ source_id: 'x', description: 'x'.repeat(11 * 1024 * 1024) }]
    const answer = await t.call('POST', '/v1/customers/bulk/async', large)
    expect(answer.status).toBe(413)
    expect(answer.body).toEqual({
      statusCode: 413,
      error: 'Request Entity Too Large',
      message: 'Payload content length greater than maximum allowed: 10485760',
    })
    expect(await t.call('POST', '/v1/customers/bulk/async', [{ name: 'x' }])).toMatchObject({
      status: 400,
      body: { details: "Property [0] should have required property 'source_id'" },
    })
    expect((await t.call('POST', '/v1/customers/bulk/async', {})).status).toBe(400)
  })

  it('makes each customer once when two jobs name the same ones, 10,000 of them', async () => {
    const keys = await t.addProject()
    const change = (job: string) =>
      t.call(
        'POST',
        '/v1/customers/bulk/async',
        Array.from({ length: 10_000 }, (_, index) => ({
          source_id: `twin-${job === 'a' ? index : 9_999 - index}`,
          metadata: { [job]: true },
        })),
        { keys },
      )
    const answers = await Promise.all([change('a'), change('b')])
    await Promise.all([runAsyncActions(t), runAsyncActions(t)])
    for (const { body } of answers) {
      const url = `/v1/async-actions/${body.async_action_id}`
      const action = (await t.call('GET', url, undefined, { keys })).body
      expect(action).toMatchObject({
        operation_status: 'SUCCESS',
        result: { done_count: 10_000, failed_count: 0 },
      })
    }
    const { rows } = await t.db.pool.query(
      `select count(*)::int as total, count(distinct source_id)::int as names,
              count(*) filter (where metadata = '{"a": true, "b": true}')::int as whole
         from customer where project_id = $1`,
      [keys.projectId],
    )
    expect(rows).toEqual([{ total: 10_000, names: 10_000, whole: 10_000 }])
  })
})

describe('POST /v1/customers/metadata/async (C-31)', () => {
  it('sets keys on customers whom it knows, and tells of the others (programs scenario 15)', async () => {
    await t.call('POST', '/v1/customers', { source_id: 'm1', metadata: { a: 1, b: 1 } })
    const answer = await t.call('POST', '/v1/customers/metadata/async', {
      source_ids: ['m1', 'ghost'],
      metadata: { b: 2, k: 1 },
    })
    const action = await resultOf(answer)
    expect(action).toMatchObject({
      type: 'CUSTOMERS.METADATA_UPDATE',
      operation_status: 'SUCCESS',
      result: {
        done_count: 1,
        failed_count: 1,
        errors: [
          {
            source_id: 'ghost',
            key: 'not_found',
            message: 'Resource not found',
            details: 'Cannot find customer with id ghost',
          },
        ],
      },
    })
    expect((await fetchReport(t, action.result)).payload).toBe(
      'source_id,found,updated\r\nm1,true,true\r\nghost,false,false\r\n',
    )
    expect((await get('m1')).metadata).toEqual({ a: 1, b: 2, k: 1 })
    expect((await t.call('GET', '/v1/customers/ghost')).status).toBe(404)
  })

  it('has failed when it knows nobody (X-3)', async () => {
    const body = { source_ids: ['ghost'], metadata: { k: 1 } }
    const action = await resultOf(await t.call('POST', '/v1/customers/metadata/async', body))
    expect(action).toMatchObject({ status: 'DONE', operation_status: 'FAILED' })
  })
})

describe('POST /v1/customers/importCSV (C-32, C-33)', () => {
  const upload = (csv: string) => uploadCsv(t, '/v1/customers/importCSV', csv)

  it('replaces whom it knows as a whole, and takes other columns for metadata (X-2, programs scenarios 16 and 80)', async () => {
    await t.call('POST', '/v1/customers', {
      source_id: 'c1',
      email: 'old@x.io',
      metadata: { old: true },
      address: { city: 'Rome' },
    })
    const before = await get('c1')
    const action = await resultOf(
      await upload('Name,Source_id,Favorite\nAnn,c1,42\n"Bob, Jr.",c2,Blue\n'),
    )
    expect(action).toMatchObject({
      type: 'CUSTOMERS.IMPORT_CSV',
      operation_status: 'SUCCESS',
      result: {
        message: '2 customer(s) imported successfully, 0 failed.',
        failed: [],
        done_count: 2,
        failed_count: 0,
      },
    })
    const after = await get('c1')
    expect(after).toMatchObject({
      id: before.id,
      name: 'Ann',
      address: null,
      metadata: { Favorite: '42' },
      created_at: before.created_at,
    })
    expect(after.metadata).not.toHaveProperty('old')
    expect(after).not.toHaveProperty('email')
    expect(await get('c2')).toMatchObject({ name: 'Bob, Jr.', metadata: { Favorite: 'Blue' } })
    // The same again changes nothing.
    await resultOf(await upload('Name,Source_id,Favorite\nAnn,c1,42\n'))
    expect((await announcedOf(t, 'c1')).map(({ type }) => type)).toEqual([
      'customer.created',
      'customer.updated',
    ])
  })

  it('knows the columns of the documentation and those of the template (C-32)', async () => {
    const known = {
      line_1: 'L1',
      line_2: 'L2',
      city: 'Rome',
      state: 'S',
      country: 'I',
      postal_code: '1',
    }
    await resultOf(
      await upload(
        [
          'SOURCE ID,email,Phone,Birthdate,Description,Address_line_1,Address_line_2,Address_Postal_Code,Address_City,Address_State,Address_Country',
          'd1,d@x.io,1,1990-12-03,D,L1,L2,1,Rome,S,I',
        ].join('\n'),
      ),
    )
    expect(await get('d1')).toMatchObject({
      email: 'd@x.io',
      phone: '1',
      birthdate: '1990-12-03',
      description: 'D',
      address: known,
      metadata: {},
    })
    await resultOf(
      await upload(
        'Source_id,Address_line_1,Address_line_2,City,Postal_Code,State,Country\nd2,L1,L2,Rome,1,S,I',
      ),
    )
    expect((await get('d2')).address).toEqual(known)
  })

  it('tells of rows that cannot be used (C-34)', async () => {
    const { result } = await resultOf(
      await upload('Source_id,Birthdate,Id\ne1,1990-12-03,\ne2,someday,\n,,cust_unknown\n'),
    )
    expect(result).toMatchObject({
      message: '1 customer(s) imported successfully, 2 failed.',
      done_count: 1,
      failed_count: 2,
      failed: [
        {
          source_id: 'e2',
          row: 2,
          reason: 'Property .birthdate cannot be recognized as a ISO-8601 compliant date',
        },
        { source_id: null, row: 3, reason: 'Cannot find customer with id cust_unknown' },
      ],
    })
  })

  it('makes metadata what the schema says it is, and the rest texts (C-33)', async () => {
    const id = await defineMetadata(t, 'customer', {
      age: { type: 'number' },
      tags: { type: 'string', array: true },
    })
    const { result } = await resultOf(
      await upload('Source_id,age,tags,Extra\nf1,42,"a, b",7\nf2,old,,\n'),
    )
    expect(result).toMatchObject({
      done_count: 1,
      failed: [
        { source_id: 'f2', row: 2, reason: "age: must be a number (actual value is 'old')" },
      ],
    })
    expect((await get('f1')).metadata).toEqual({ age: 42, tags: ['a', 'b'], Extra: '7' })
    await manageSchemas(t, 'DELETE', `metadata-schemas/${id}`)
  })

  it('refuses what is no CSV file', async () => {
    expect((await upload('"a,b\n')).status).toBe(400)
    expect((await t.call('POST', '/v1/customers/importCSV', {})).status).toBe(400)
  })
})
