import { describe, expect, it } from 'vitest'
import type { ActionDefinition } from '../destinations/index.ts'
import { decideBatch } from './decide-batch.ts'

const alone: ActionDefinition = {
  title: 'Send',
  description: '',
  defaultTrigger: '',
  fields: {},
  toRequest: () => ({ method: 'GET', url: '', headers: {} }),
}
const action: ActionDefinition = {
  ...alone,
  toBatchRequest: () => ({ method: 'GET', url: '', headers: {} }),
}

const on = { enable_batching: true }

describe('decideBatch (§6.3)', () => {
  it('takes no call of an action without batches, or of a mapping that asks for none', () => {
    expect(decideBatch('map_1', alone, on)).toBeNull()
    expect(decideBatch('map_1', action, {})).toBeNull()
    expect(decideBatch('map_1', action, { enable_batching: 'true' })).toBeNull()
  })

  it('has 1,000 calls and 4 MB unless the mapping says less', () => {
    expect(decideBatch('map_1', action, on)).toMatchObject({ callsMax: 1_000, bytesMax: 4_000_000 })
    expect(decideBatch('map_1', action, { ...on, batch_size: 7.9, batch_bytes: 99 })).toMatchObject(
      { callsMax: 7, bytesMax: 99 },
    )
  })

  it.each([0, -1, 5_000, '3', null])('takes the batch size %s for none', (batch_size) => {
    expect(decideBatch('map_1', action, { ...on, batch_size })).toMatchObject({ callsMax: 1_000 })
  })

  it('has a key of the mapping and of the values that its first three batch keys name', () => {
    const keyOf = (payload: object, mapping = 'map_1') =>
      decideBatch(mapping, action, { ...on, batch_keys: ['a', 'b', 'c', 'd'], ...payload })?.key
    expect(keyOf({ a: 1, b: { x: 1 } })).toBe(keyOf({ a: 1, b: { x: 1 } }))
    expect(keyOf({ a: 1 })).not.toBe(keyOf({ a: '1' }))
    expect(keyOf({ a: 1 })).not.toBe(keyOf({ b: 1 }))
    expect(keyOf({ d: 1 })).toBe(keyOf({ d: 2 }))
    expect(keyOf({})).not.toBe(keyOf({}, 'map_2'))
    expect(decideBatch('map_1', action, { ...on, batch_keys: ['constructor'] })?.key).toBe(
      '["map_1",null]',
    )
  })
})
