import { describe, expect, it } from 'vitest'
import { toProductOfRow, toSkuOfRow } from './csv-rows.ts'

describe('toProductOfRow', () => {
  it('reads columns whatever their case, and all others as metadata', () => {
    const row = { Name: 'Mug', 'Source Id': 'm', price: '5', attributes: 'a, b', Brand: 'Zen' }
    expect(toProductOfRow(row)).toEqual({
      name: 'Mug',
      source_id: 'm',
      price: 5,
      attributes: ['a', 'b'],
      metadata: { Brand: 'Zen' },
    })
  })

  it('needs a name', () => {
    expect(() => toProductOfRow({ source_id: 'm' })).toThrow('Invalid payload')
  })
})

describe('toSkuOfRow', () => {
  it.each([
    ['JSON', '{"color":"red"}'],
    ['JSON in single quotes', "{'color':'red'}"],
  ])('reads attributes as %s', (_name, attributes) => {
    const row = { product_id: 'p', source_id: 's', attributes }
    expect(toSkuOfRow(row)).toMatchObject({ product_id: 'p', attributes: { color: 'red' } })
  })

  it.each([
    { source_id: 's' },
    { product_id: 'p' },
    { product_id: 'p', source_id: 's', attributes: 'red' },
    { product_id: 'p', source_id: 's', price: '1.5' },
  ])('refuses %j', (row) => {
    expect(() => toSkuOfRow(row)).toThrow('Invalid payload')
  })
})
