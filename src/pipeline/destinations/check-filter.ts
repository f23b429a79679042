import { ApiError } from '../../kernel/api-error.ts'
import { LIMITS } from '../../platform/limits.ts'
import {
  compileFilter,
  type FilterAction,
  type FilterRule,
  readFilterPath,
} from '../filters/index.ts'
import type { Remark } from './check-mapping.ts'

/** What is wrong with a filter, place by place; one with a problem keeps back every event (§2.3 rule 3). */
export function inspectFilter({ condition, actions }: Omit<FilterRule, 'title'>): Remark[] {
  const filter = compileFilter(condition)
  const problems = actions.flatMap((action, at) => inspectAction(action, `/actions/${at}`))
  if (filter.ok) return problems
  const message = `${filter.message} (at character ${filter.position + 1})`
  return [{ path: '/if', message }, ...problems]
}

/** Throws `invalid_payload` with every problem of the filter and its place. */
export function checkFilter(rule: Omit<FilterRule, 'title'>): void {
  const problems = inspectFilter(rule)
  if (problems.length === 0) return
  const sentences = problems.map(({ path, message }) => `${path}: ${message}`)
  throw new ApiError('invalid_payload', { details: sentences.join('; ') })
}

function inspectAction(action: FilterAction, place: string): Remark[] {
  if (action.type === 'DROP') return []
  if (action.type === 'SAMPLE')
    return action.path === undefined ? [] : inspectPath(action.path, `${place}/path`)
  const names = Object.values(action.fields).flat()
  const problems = Object.keys(action.fields)
    .filter((path) => path !== '')
    .flatMap((path) => inspectPath(path, `${place}/fields`))
  if (names.length > LIMITS.filterFieldsMax)
    problems.push({
      path: `${place}/fields`,
      message: `has more than ${LIMITS.filterFieldsMax} names`,
    })
  return problems
}

const inspectPath = (path: string, place: string): Remark[] =>
  readFilterPath(path)
    ? []
    : [{ path: place, message: `"${path.slice(0, 40)}" is no path such as properties.products` }]
