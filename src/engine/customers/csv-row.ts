import type { CsvRow } from '../api/index.ts'
import { type CompiledSchema, readCells } from '../metadata-schemas/index.ts'
import { type CustomerInput, parseCustomer } from './customer.schema.ts'
import type { AddressPart } from './customer.ts'

const FIELDS = [
  'id',
  'name',
  'email',
  'phone',
  'birthdate',
  'source_id',
  'description',
] as const satisfies readonly (keyof CustomerInput)[]

/** Both the names of the documentation and those of the template that the dashboard offers (C-32). */
const ADDRESS_COLUMNS: ReadonlyMap<string, AddressPart> = new Map([
  ['address_line_1', 'line_1'],
  ['address_line_2', 'line_2'],
  ['address_postal_code', 'postal_code'],
  ['address_city', 'city'],
  ['address_state', 'state'],
  ['address_country', 'country'],
  ['line_1', 'line_1'],
  ['line_2', 'line_2'],
  ['postal_code', 'postal_code'],
  ['city', 'city'],
  ['state', 'state'],
  ['country', 'country'],
])

const FIELD_NAMES: ReadonlySet<string> = new Set(FIELDS)

/** `Source id` as a column is written by people, `source_id` as it is meant. */
const toName = (column: string): string => column.trim().toLowerCase().replaceAll(' ', '_')

/**
 * The customer of a line: known columns are fields, every other column is a key of metadata, of the type that the schema
 * has for it and else a text (C-32, C-33). Throws `invalid_payload`.
 */
export function toCustomerOfRow(row: CsvRow, schema: CompiledSchema | undefined): CustomerInput {
  const fields: { [name: string]: string } = {}
  const address: { [part in AddressPart]?: string } = {}
  const metadata: CsvRow = {}
  for (const [column, cell] of Object.entries(row)) {
    const name = toName(column)
    const part = ADDRESS_COLUMNS.get(name)
    if (FIELD_NAMES.has(name)) fields[name] = cell
    else if (part) address[part] = cell
    else metadata[column] = cell
  }
  return parseCustomer({
    ...fields,
    ...(Object.keys(address).length > 0 && { address }),
    metadata: readCells(schema, metadata),
  })
}
