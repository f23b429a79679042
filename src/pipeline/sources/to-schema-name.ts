import { createHash } from 'node:crypto'
import { toSnakeCase } from './snake-case.ts'

/** What PostgreSQL keeps of a name; other warehouses keep more. */
const LENGTH_MAX = 63

/**
 * The warehouse schema of a source with this nickname (pipeline §8.2): never empty, only `a-z`, `0-9` and
 * `_`, at most 63 characters. With `clash` 1, 2, … it ends in `_1`, `_2`, …, for a source whose plain name
 * is taken.
 */
export function toSchemaName(nickname: string, clash = 0): string {
  const suffix = clash === 0 ? '' : `_${clash}`
  return toPlainName(nickname).slice(0, LENGTH_MAX - suffix.length) + suffix
}

function toPlainName(nickname: string): string {
  const name = toSnakeCase(nickname)
  // Nothing is left of a nickname without a letter that ASCII knows (§8.4 rule 2).
  if (name === '') return `_${createHash('sha1').update(nickname).digest('hex').slice(0, 8)}`
  // Some warehouses refuse a leading digit without quotes, PostgreSQL refuses `pg_` with them too.
  return /^(?:\d|pg_)/.test(name) ? `_${name}` : name
}
