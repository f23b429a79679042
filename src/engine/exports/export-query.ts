import { type RawBuilder, sql } from 'kysely'
import { ApiError } from '../../kernel/api-error.ts'
import { type FilterField, toFilterCondition } from '../api/index.ts'
import type { Export } from './export.ts'
import type { Exportable } from './exportable.ts'
import { EXPORTABLES } from './exportables.ts'

type Asked = Pick<Export, 'object' | 'parameters'>

const isOf = (names: object, name: string): boolean => Object.hasOwn(names, name)

/** The fields of the file, in its order. Throws `invalid_export_fields` for one it cannot have (X-10). */
export function fieldsOf({ object, parameters }: Asked): readonly string[] {
  const { columns, defaults } = EXPORTABLES[object]
  const fields = parameters.fields && parameters.fields.length > 0 ? parameters.fields : defaults
  if (fields.every((field) => isOf(columns, field))) return fields
  throw new ApiError('invalid_export_fields', {
    details: `Unsupported field used. Allowed fields: ${Object.keys(columns).join(', ')}`,
  })
}

/** The names above the columns of the file. */
export const headersOf = (asked: Asked): string[] =>
  fieldsOf(asked).map((field) => EXPORTABLES[asked.object].columns[field]?.header ?? field)

/**
 * The query of the file's rows: their place in it, and their cells by field. Throws `invalid_export_fields`, or
 * `invalid_payload` for an order or a filter that the object does not have.
 */
export function toExportQuery(asked: Asked, projectId: string): RawBuilder<unknown> {
  const exportable = EXPORTABLES[asked.object]
  const { columns, joins = {} } = exportable
  const fields = fieldsOf(asked)
  const cells = fields.map((field) => sql`${sql.lit(field)}, ${columns[field]?.value}`)
  const used = new Set(fields.flatMap((field) => columns[field]?.join ?? []))
  const conditions = toConditions(asked, exportable, projectId)
  return sql`select row_number() over (order by ${toOrder(asked, exportable)}) as place,
                    json_build_object(${sql.join(cells)}) as cells
               from ${exportable.from} ${sql.join(
                 [...used].map((name) => joins[name] ?? sql``),
                 sql` `,
               )}
              where ${sql.join(conditions, sql` and `)}`
}

function toOrder({ parameters }: Asked, { orders, id }: Exportable): RawBuilder<unknown> {
  const { order } = parameters
  if (order === undefined) return orders['created_at'] ? sql`${orders['created_at']}, ${id}` : id
  const name = order.replace(/^-/, '')
  const column = isOf(orders, name) ? orders[name] : undefined
  if (!column) {
    const allowed = Object.keys(orders).flatMap((each) => [each, `-${each}`])
    throw new ApiError('invalid_payload', {
      details: `Property .parameters.order should be equal to one of the allowed values: ${allowed.join(', ')}`,
    })
  }
  const direction = sql.raw(order.startsWith('-') ? 'desc' : 'asc')
  return sql`${column} ${direction} nulls last, ${id} ${direction}`
}

function toConditions(
  { object, parameters }: Asked,
  exportable: Exportable,
  projectId: string,
): RawBuilder<unknown>[] {
  const filter = toFilterCondition(parameters.filters, (name) => toField(exportable, name), {
    key: 'invalid_payload',
    property: '.parameters.filters',
  })
  const { campaign_id: campaignId } = parameters
  return [
    exportable.belongs(projectId),
    ...(filter ? [filter] : []),
    ...(object === 'voucher' && campaignId !== undefined
      ? [sql`voucher.campaign_id = ${campaignId}`]
      : []),
  ]
}

function toField({ filters, metadata }: Exportable, name: string): FilterField | undefined {
  if (isOf(filters, name)) return filters[name]
  if (!metadata || !name.startsWith('metadata.')) return undefined
  return { kind: 'metadata', column: sql`(${metadata} ->> ${name.slice('metadata.'.length)})` }
}
