import { describe, expect, it } from 'vitest'
import { defineMetadata } from '../../../support/metadata-schemas.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { occurrencesOf, send, typesOf } from './support.ts'

const t = useTestApp()
const join = (body: object, keys = t.keys) => send(t, 'group', { ...body, type: 'group' }, { keys })

describe('POST /segmentio/group-processing', () => {
  it('makes traits and group id metadata of the customer (D-06, SI-30, SI-31)', async () => {
    const { status, body } = await join({
      customer: { source_id: 'u-1', email: 'top@x' },
      group_id: 'acme-1',
      traits: { name: 'Acme', employees: 42, address: { city: 'X' } },
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      source_id: 'u-1',
      email: 'top@x',
      metadata: { name: 'Acme', employees: 42, address: { city: 'X' }, group_id: 'acme-1' },
      system_metadata: { source: 'segmentio', group_id: 'acme-1' },
      object: 'customer',
    })
    expect(body).not.toHaveProperty('name')
  })

  it('stores what the schema defines and keeps the group id in any case (programs scenario 93)', async () => {
    const keys = await t.addProject()
    await defineMetadata(
      t,
      'customer',
      {
        employees: { type: 'number' },
        name: { type: 'string' },
      },
      { keys },
    )
    const traits = { name: 'Acme', employees: 42, address: { city: 'X' } }
    const { body } = await join(
      { customer: { source_id: 'u-1' }, group_id: 'acme-1', traits },
      keys,
    )
    expect(body.metadata).toEqual({ employees: 42, name: 'Acme' })
    expect(body.system_metadata.group_id).toBe('acme-1')
    expect(body.warnings.map(({ property }: { property: string }) => property)).toEqual([
      'metadata.address',
      'metadata.group_id',
    ])
  })

  it('lets a later group take the place of the first, whose other traits stay (SI-32, SI-33)', async () => {
    const customer = { source_id: 'mover' }
    await join({ customer, group_id: 'g-1', traits: { name: 'One', size: 1 } })
    const { body } = await join({ customer, group_id: 'g-2', traits: { name: 'Two', n: null } })
    expect(body).toMatchObject({
      metadata: { name: 'Two', size: 1, group_id: 'g-2' },
      system_metadata: { group_id: 'g-2' },
    })
    await join({ customer, group_id: 'g-2', traits: {} })
    expect(typesOf(await occurrencesOf(t, 'mover'))).toEqual([
      'customer.created',
      'customer.updated',
    ])
  })

  it('clears a trait that is null (D-05)', async () => {
    const customer = { source_id: 'nullified' }
    await join({ customer, group_id: 'g', traits: { name: 'G', n: 1 } })
    const { body } = await join({ customer, group_id: 'g', traits: { n: null } })
    expect(body.metadata).toEqual({ name: 'G', group_id: 'g' })
  })

  it.each([
    [{ group_id: 'g' }, "Payload should have required property 'customer'"],
    [{ customer: { source_id: 'u' } }, "Payload should have required property 'group_id'"],
    [{ customer: { source_id: 'u' }, group_id: '' }, "required property 'group_id'"],
  ])('refuses %j', async (body, details) => {
    const answer = await join(body)
    expect(answer).toMatchObject({ status: 400, body: { key: 'invalid_payload' } })
    expect(answer.body.details).toContain(details)
  })
})
