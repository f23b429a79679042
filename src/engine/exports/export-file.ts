import { Readable } from 'node:stream'
import type { Db } from '../../platform/db.ts'
import { toCsvLine } from '../api/index.ts'
import { readExportRows } from './export.repo.ts'
import type { Export } from './export.ts'
import { fieldsOf, headersOf } from './export-query.ts'

/** Forms a file can have. */
export const FORMATS = { csv: 'text/csv; charset=utf-8', json: 'application/json; charset=utf-8' }
export type Format = keyof typeof FORMATS

/** The file of an export that is done, read as it is sent. */
export function openExportFile(db: Db, made: Export, format: Format): Readable {
  return Readable.from(format === 'csv' ? toCsv(db, made) : toJson(db, made), { objectMode: false })
}

async function* toCsv(db: Db, made: Export): AsyncGenerator<string> {
  const fields = fieldsOf(made)
  yield toCsvLine(headersOf(made))
  for await (const rows of readExportRows(db, made.id)) {
    yield rows.map((cells) => toCsvLine(fields.map((field) => cells[field]))).join('')
  }
}

async function* toJson(db: Db, made: Export): AsyncGenerator<string> {
  let before = '['
  for await (const rows of readExportRows(db, made.id)) {
    yield before + rows.map((cells) => JSON.stringify(cells)).join(',\n')
    before = ',\n'
  }
  yield before === '[' ? '[]\n' : ']\n'
}
