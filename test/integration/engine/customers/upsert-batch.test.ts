import { beforeAll, describe, expect, it } from 'vitest'
import type { Call } from '../../../../src/engine/context.ts'
import {
  type CustomerInput,
  findCustomers,
  upsertCustomers,
} from '../../../../src/engine/customers/index.ts'
import { ApiError } from '../../../../src/kernel/api-error.ts'
import { inTransaction, type Statement, type Tx } from '../../../../src/platform/db.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { typesOf } from './support.ts'

const t = useTestApp()
let call: Call

beforeAll(() => {
  const { projectId, appId } = t.keys
  call = { projectId, appId, groupId: 'v-batch', channel: 'API', now: t.clock.now() }
})

/** Upserts in one transaction; also tells which prepared statements ran. */
async function upsert(...inputs: CustomerInput[]) {
  const statements: string[] = []
  const outcomes = await inTransaction(t.db, (tx) => {
    const watched: Tx = {
      isTransaction: true,
      kysely: tx.kysely,
      run: (prepared: Statement, values) => {
        statements.push(prepared.name)
        return tx.run(prepared, values)
      },
      send: (prepared: Statement, values) => {
        statements.push(prepared.name)
        tx.send(prepared, values)
      },
    }
    return upsertCustomers(
      watched,
      inputs.map((input) => ({ call, input })),
    )
  })
  return { outcomes, statements }
}

const told = (outcomes: readonly object[]): unknown[] =>
  outcomes.map((outcome) =>
    outcome instanceof ApiError ? `${outcome.key}: ${outcome.context.details}` : outcome,
  )

describe('upsertCustomers', () => {
  it('answers each wish in its place, and a bad one fails alone', async () => {
    const { outcomes } = await upsert(
      { source_id: 'one', name: 'One' },
      { id: 'cust_unknown' },
      { source_id: 'one', name: { first: 'O' } as never },
      { source_id: 'two', metadata: { text: '\0' } },
      { source_id: 'one', phone: '+1' },
      { source_id: 'one', phone: '+1' },
    )
    expect(told(outcomes)).toMatchObject([
      { sourceId: 'one', name: 'One', phone: null, updatedAt: null },
      'not_found: Cannot find customer with id cust_unknown',
      'invalid_payload: Property .customer.name must be string,null',
      'invalid_payload: Property .customer.metadata.text must not contain U+0000 or an unpaired surrogate',
      { name: 'One', phone: '+1', updatedAt: call.now },
      { name: 'One', phone: '+1' },
    ])
    expect(await typesOf(t, 'one')).toEqual(['customer.created', 'customer.updated'])
    expect(await findCustomers(t.db, call.projectId, ['two'])).toEqual([])
  })

  it('needs a handful of statements whatever the number, and one read for no change', async () => {
    const inputs = Array.from({ length: 64 }, (_each, n) => ({ source_id: `n${n}`, name: 'N' }))
    expect((await upsert(...inputs)).statements).toEqual([
      'find_referenced_customers',
      'insert_customers',
      'announce',
    ])
    expect((await upsert(...inputs)).statements).toEqual(['find_referenced_customers'])
    const changed = inputs.map((input) => ({ ...input, name: 'M' }))
    expect((await upsert(...changed)).statements).toEqual([
      'find_referenced_customers',
      'lock_customers',
      'update_customers',
      'summarise_customers',
      'announce',
    ])
  })
})

describe('findCustomers', () => {
  it('gives each of those who exist once, in the order they were named', async () => {
    const { outcomes } = await upsert({ source_id: 'f1' }, { source_id: 'f2' })
    const [first] = outcomes as { id: string }[]
    const found = await findCustomers(t.db, call.projectId, [
      'f2',
      'nobody',
      first?.id ?? '',
      'f1',
      'nul\0',
    ])
    expect(found.map(({ sourceId }) => sourceId)).toEqual(['f2', 'f1'])
    expect(await findCustomers(t.db, 'proj_other', ['f1'])).toEqual([])
  })
})
