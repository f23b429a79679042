import { ApiError } from '../../kernel/api-error.ts'
import type { CsvRow } from '../api/index.ts'
import { conformMetadata, type MetadataSchema } from '../metadata-schemas/index.ts'
import { type CustomerInput, parseCustomer } from './customer.schema.ts'
import type { AddressPart, Metadata } from './customer.ts'

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
export function toCustomerOfRow(row: CsvRow, schema: MetadataSchema | undefined): CustomerInput {
  const fields: { [name: string]: string } = {}
  const address: { [part in AddressPart]?: string } = {}
  const metadata: Metadata = {}
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
    metadata: toTyped(metadata, schema),
  })
}

function toTyped(cells: Metadata, schema: MetadataSchema | undefined): Metadata {
  if (!schema) return cells
  const { metadata, dropped } = conformMetadata(
    schema,
    Object.fromEntries(
      Object.entries(cells).map(([key, cell]) => [key, isList(schema, key) ? split(cell) : cell]),
    ),
  )
  const unknown = dropped.filter(({ key }) => !isDefined(schema, key))
  const [wrong] = dropped.filter(({ key }) => isDefined(schema, key))
  if (wrong) {
    throw new ApiError('invalid_payload', {
      details: `Property .metadata.${wrong.key} ${wrong.reason}`,
    })
  }
  return { ...metadata, ...Object.fromEntries(unknown.map(({ key }) => [key, cells[key] ?? ''])) }
}

const isDefined = ({ properties }: MetadataSchema, key: string): boolean =>
  Object.hasOwn(properties, key) && !properties[key]?.deleted
const isList = (schema: MetadataSchema, key: string): boolean =>
  isDefined(schema, key) && schema.properties[key]?.array === true
const split = (cell: Metadata[string]): string[] =>
  String(cell)
    .split(',')
    .map((each) => each.trim())
