import type { Statement } from './db.ts'

type Shape = { names: readonly string[]; empty: object }

const shapes = new WeakMap<Statement, Shape>()

/**
 * The rows of a statement's answer as objects. The driver makes objects whose keys V8 keeps in a hash table,
 * which takes five times as long for a wide row; copies of one empty row share its layout.
 */
export function toRows<Row>(
  statement: Statement,
  fields: readonly { name: string }[],
  rows: readonly unknown[][],
): Row[] {
  if (rows.length === 0) return []
  const { names, empty } = shapeOf(statement, fields)
  return rows.map((values) => {
    const row: { [name: string]: unknown } = { ...empty }
    for (let place = 0; place < names.length; place += 1) {
      row[names[place] as string] = values[place]
    }
    return row as Row
  })
}

function shapeOf(statement: Statement, fields: readonly { name: string }[]): Shape {
  const known = shapes.get(statement)
  if (known && isOf(known, fields)) return known
  const names = fields.map(({ name }) => name)
  // What JSON.parse makes has such a layout; what is put together by key has none.
  const empty = JSON.parse(JSON.stringify(Object.fromEntries(names.map((name) => [name, null]))))
  const shape = { names, empty }
  shapes.set(statement, shape)
  return shape
}

/** A migration may have changed the columns of a table. */
const isOf = ({ names }: Shape, fields: readonly { name: string }[]): boolean =>
  names.length === fields.length && names.every((name, place) => name === fields[place]?.name)
