import { type RawBuilder, sql } from 'kysely'
import type { FilterField } from '../api/index.ts'

type Sql = RawBuilder<unknown>

/** A column of a file: its value, the name above it, and the part of `joins` it needs. */
export type Column = { value: Sql; header?: string; join?: string }

/** How the rows of one kind of object are exported. */
export type Exportable = {
  /** The table, and what is always joined to it. */
  from: Sql
  /** What belongs to a project and is not in the bin. */
  belongs: (projectId: string) => Sql
  columns: Readonly<Record<string, Column>>
  /** The fields of a file nobody said more about. */
  defaults: readonly string[]
  /** By what a file can be sorted. */
  orders: Readonly<Record<string, Sql>>
  /** The last word on the order of rows. */
  id: Sql
  /** By what rows can be chosen. */
  filters: Readonly<Record<string, FilterField>>
  /** The column of metadata, for filters on its keys. */
  metadata?: Sql
  /** What only some columns need, by its name. */
  joins?: Readonly<Record<string, Sql>>
}

/** A time as the API writes it. */
export const iso = (column: Sql): Sql =>
  sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

/** Minor units as major ones with two decimals. */
export const major = (column: Sql): Sql => sql`round((${column}) / 100.0, 2)::text`

/** Columns of `table`, each under its own name. */
export const plain = (table: string, names: readonly string[]): Record<string, Column> =>
  Object.fromEntries(names.map((name) => [name, { value: sql.ref(`${table}.${name}`) }]))

/** The same for times. */
export const times = (table: string, names: readonly string[]): Record<string, Column> =>
  Object.fromEntries(names.map((name) => [name, { value: iso(sql.ref(`${table}.${name}`)) }]))

export const refs = (table: string, names: readonly string[]): Record<string, Sql> =>
  Object.fromEntries(names.map((name) => [name, sql.ref(`${table}.${name}`)]))

/** Fields of one kind that filters know. */
export const fields = (
  kind: 'text' | 'date' | 'number' | 'flag',
  columns: Readonly<Record<string, Sql>>,
): Record<string, FilterField> =>
  Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, { kind, column }]))
