import { beforeAll, describe, expect, it } from 'vitest'
import type { ProjectKeys } from '../../../../src/platform/auth/index.ts'
import { defineMetadata } from '../../../support/metadata-schemas.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { occurrencesOf, send, typesOf } from './support.ts'

const t = useTestApp()

const identify = (body: object, keys: ProjectKeys = t.keys) =>
  send(t, 'customer', { ...body, type: 'identify' }, { keys })
const customerNow = async (sourceId: string, keys: ProjectKeys = t.keys) =>
  (await t.call('GET', `/v1/customers/${sourceId}`, undefined, { keys })).body

/** Sample 1 of engine-programs §16.3. */
const JANE = {
  name: 'Jane Roe',
  first_name: 'Jane',
  last_name: 'Roe',
  description: 'd',
  email: 'j@x.io',
  phone: '+1',
  birthdate: '1990-01-02',
  address: { city: 'W', state: 'S', postal_code: '1', street: 'st 1', country: 'PL' },
  metadata: { code: 'c', n: 7, nested: { a: 1 } },
}
const JANE_STORED = {
  name: 'Jane Roe',
  description: 'd',
  email: 'j@x.io',
  phone: '+1',
  birthdate: '1990-01-02',
  address: { city: 'W', state: 'S', postal_code: '1', line_1: 'st 1', country: 'PL' },
  metadata: { code: 'c', n: 7, nested: { a: 1 } },
}

describe('POST /segmentio/customer-processing', () => {
  it('creates a customer and answers with the whole of it (programs scenario 84, SI-17 to SI-19)', async () => {
    const { status, body } = await identify({ source_id: 'u-1', ...JANE })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      id: expect.stringMatching(/^cust_/),
      source_id: 'u-1',
      ...JANE_STORED,
      summary: { orders: { total_amount: 0, total_count: 0 } },
      system_metadata: { source: 'segmentio' },
      object: 'customer',
    })
    expect(body).not.toHaveProperty('warnings')
    expect(await customerNow('u-1')).toMatchObject({
      id: body.id,
      source_id: 'u-1',
      ...JANE_STORED,
    })
    expect(typesOf(await occurrencesOf(t, 'u-1'))).toEqual(['customer.created'])
  })

  it('makes of the smallest body a customer of whom nothing else is known (sample 2)', async () => {
    const { status, body } = await identify({ source_id: 'u-2', email: 'z@x.io', address: {} })
    expect(status).toBe(200)
    expect(body).toMatchObject({ source_id: 'u-2', email: 'z@x.io', address: null, metadata: {} })
  })

  it('changes what it names, leaves the rest, and says so once (SI-18)', async () => {
    await identify({ source_id: 'changing', ...JANE })
    t.clock.advance(1_000)
    const change = {
      source_id: 'changing',
      phone: '+2',
      address: { city: 'X' },
      metadata: { n: 8 },
    }
    const { body } = await identify(change)
    expect(body).toMatchObject({
      ...JANE_STORED,
      phone: '+2',
      address: { ...JANE_STORED.address, city: 'X' },
      metadata: { ...JANE_STORED.metadata, n: 8 },
      updated_at: t.clock.now().toISOString(),
    })
    await identify(change)
    expect(typesOf(await occurrencesOf(t, 'changing'))).toEqual([
      'customer.created',
      'customer.updated',
    ])
  })

  it('clears what is null and leaves alone what is empty or absent (D-05, sample 3, programs scenario 86)', async () => {
    await identify({ source_id: 'u-3', ...JANE })
    const { status, body } = await identify({
      source_id: 'u-3',
      name: null,
      email: null,
      birthdate: null,
      address: { city: null, street: '' },
      metadata: null,
    })
    expect(status).toBe(200)
    for (const cleared of ['name', 'email', 'birthdate']) expect(body).not.toHaveProperty(cleared)
    const { city: _cleared, ...address } = JANE_STORED.address
    expect(body).toMatchObject({ source_id: 'u-3', description: 'd', phone: '+1', address })
    expect(body.address).not.toHaveProperty('city')
    expect(body.metadata).toEqual(JANE_STORED.metadata)
  })

  it('clears every clearable field, the whole address and single metadata keys (D-05)', async () => {
    await identify({ source_id: 'cleared', ...JANE })
    const { body } = await identify({
      source_id: 'cleared',
      name: null,
      first_name: null,
      last_name: null,
      description: null,
      email: null,
      phone: null,
      birthdate: null,
      address: { city: null, state: null, postal_code: null, street: null, country: null },
      metadata: { code: null, nested: null },
    })
    for (const field of ['name', 'description', 'email', 'phone', 'birthdate'])
      expect(body).not.toHaveProperty(field)
    expect(body).toMatchObject({ source_id: 'cleared', address: null, metadata: { n: 7 } })
    expect(Object.keys(body.metadata)).toEqual(['n'])
  })

  it('takes numbers for texts (sample 4)', async () => {
    const { body } = await identify({
      source_id: 12345,
      phone: 123,
      address: { postal_code: 12345 },
    })
    expect(body).toMatchObject({
      source_id: '12345',
      phone: '123',
      address: { postal_code: '12345' },
    })
  })

  it('joins first and last name (programs scenario 85)', async () => {
    const ada = { source_id: 'u-9', first_name: 'Ada', last_name: 'L', address: {} }
    expect((await identify(ada)).body).toMatchObject({ name: 'Ada L', address: null })
    expect((await identify({ source_id: 'u-9', last_name: 'L' })).body.name).toBe('L')
  })

  it('stores the day of a birthdate and says when it is none (programs scenario 88)', async () => {
    const born = await identify({ source_id: 'born', birthdate: '1990-01-02T10:00:00Z' })
    expect(born.body.birthdate).toBe('1990-01-02')
    const { status, body } = await identify({ source_id: 'born', birthdate: 'not-a-date' })
    expect(status).toBe(200)
    expect(body.birthdate).toBe('1990-01-02')
    expect(body.warnings).toEqual([
      {
        key: 'birthdate_not_stored',
        property: 'birthdate',
        message: 'birthdate was not stored: must be an ISO 8601 date',
      },
    ])
  })

  it('ignores keys it does not know, Engage traits at the root among them (§12.3)', async () => {
    const { status, body } = await identify({
      source_id: 'extra',
      order_completed_last_30days: true,
      id: 'cust_of_somebody_else',
      system_metadata: { source: 'forged' },
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({ metadata: {}, system_metadata: { source: 'segmentio' } })
  })

  it('notes where a customer came from only on creation (SI-17)', async () => {
    await t.call('POST', '/v1/customers', { source_id: 'of-the-api' })
    const { body } = await identify({ source_id: 'of-the-api', name: 'N' })
    expect(body).toMatchObject({ name: 'N', system_metadata: {} })
  })

  it('refuses a body without source_id and stores nothing (programs scenario 94, SI-10)', async () => {
    for (const body of [{ name: 'N' }, { source_id: '', name: 'N' }, { source_id: null }])
      expect(await identify(body)).toMatchObject({
        status: 400,
        body: {
          code: 400,
          key: 'invalid_payload',
          details: "Payload should have required property 'source_id'",
        },
      })
  })

  it('refuses what could never be stored, so that nobody sends it again', async () => {
    for (const body of [{ source_id: 'x'.repeat(3_000) }, { source_id: 'u', name: 'a\0b' }])
      expect(await identify(body)).toMatchObject({ status: 400, body: { key: 'invalid_payload' } })
  })
})

describe('metadata of a project with a customer schema (D-04)', () => {
  let keys: ProjectKeys
  const droppedSoFar = async () =>
    (await t.app.engine.metrics.metadataKeysDropped.get()).values[0]?.value ?? 0

  beforeAll(async () => {
    keys = await t.addProject()
    await defineMetadata(
      t,
      'customer',
      {
        code: { type: 'string' },
        n: { type: 'number', gte: 0 },
        since: { type: 'date' },
        must: { type: 'string', optional: false },
      },
      { keys },
    )
  })

  it('keeps defined keys, converted, and tells and counts each that it dropped (programs scenario 87, SI-15)', async () => {
    const before = await droppedSoFar()
    const metadata = { code: 7, n: '42', since: '2026-01-02T03:04:05Z', other: 1, nested: { a: 1 } }
    const { status, body } = await identify({ source_id: 'kept', metadata }, keys)
    expect(status).toBe(200)
    expect(body.metadata).toEqual({ code: '7', n: 42, since: '2026-01-02' })
    expect(body.warnings).toEqual([
      {
        key: 'metadata_not_stored',
        property: 'metadata.other',
        message: 'metadata.other was not stored: is not defined',
      },
      {
        key: 'metadata_not_stored',
        property: 'metadata.nested',
        message: 'metadata.nested was not stored: is not defined',
      },
    ])
    expect(Object.keys(body)[0]).toBe('warnings')
    expect((await droppedSoFar()) - before).toBe(2)
  })

  it('drops values of the wrong type or beyond a limit and leaves the stored ones', async () => {
    await identify({ source_id: 'wrong', metadata: { n: 1, code: 'c' } }, keys)
    const { body } = await identify({ source_id: 'wrong', metadata: { n: 'abc', code: [1] } }, keys)
    expect(body.metadata).toEqual({ n: 1, code: 'c' })
    expect(body.warnings).toHaveLength(2)
    const negative = await identify({ source_id: 'wrong', metadata: { n: -1 } }, keys)
    expect(negative.body.metadata.n).toBe(1)
    expect(negative.body.warnings[0].message).toBe(
      'metadata.n was not stored: must be greater than or equal to 0',
    )
  })

  it('clears keys that are null', async () => {
    await identify({ source_id: 'null', metadata: { n: 1, code: 'c' } }, keys)
    const { body } = await identify({ source_id: 'null', metadata: { n: null } }, keys)
    expect(body.metadata).toEqual({ code: 'c' })
    expect(body).not.toHaveProperty('warnings')
  })

  it('does not concern the project next door', async () => {
    const { body } = await identify({ source_id: 'kept', metadata: { other: { a: [1] } } })
    expect(body.metadata).toEqual({ other: { a: [1] } })
    expect(body).not.toHaveProperty('warnings')
  })
})
