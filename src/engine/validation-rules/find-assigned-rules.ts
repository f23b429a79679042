import { type Db, statement } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { type CompiledRule, compileRule, type RuleDefinition } from '../rules/index.ts'

// What a rule says is asked for only where a version of it is new: it is large, and seldom changes.
const FIND = statement(
  'find_assigned_rules',
  `select assignment.related_object_id, rule.id, rule.xmin::text || rule.ctid::text as version
     from validation_rule_assignment assignment
     join validation_rule rule on rule.id = assignment.rule_id
    where assignment.related_object_id = any($1::text[])
    order by assignment.created_at, assignment.id`,
)
const FIND_DEFINITIONS = statement(
  'find_rule_definitions',
  `select id, xmin::text || ctid::text as version, rules, error, applicable_to, bundle_rules
     from validation_rule where id = any($1::text[])`,
)

type AssignedRow = { related_object_id: string; id: string; version: string }
type DefinitionRow = {
  id: string
  version: string
  rules: RuleDefinition['rules']
  error: RuleDefinition['error']
  applicable_to: RuleDefinition['applicableTo']
  bundle_rules: RuleDefinition['bundleRules']
}

/** Rules by id, each in the version that was compiled last; the longest known first. */
const compiled = new Map<string, { version: string; rule: CompiledRule }>()

/**
 * The rules assigned to each of the objects, the oldest assignment first; an object without is absent. Each version
 * of a rule is understood once in a process, so that a change holds at once in every process.
 */
export async function findAssignedRules(
  db: Db,
  relatedObjectIds: readonly string[],
): Promise<Map<string, CompiledRule[]>> {
  const found = new Map<string, CompiledRule[]>()
  if (relatedObjectIds.length === 0) return found
  const rows = await db.run<AssignedRow>(FIND, [[...new Set(relatedObjectIds)]])
  const rulesById = await toCompiled(db, rows)
  for (const { related_object_id, id } of rows) {
    const rule = rulesById.get(id)
    // It was deleted since.
    if (!rule) continue
    const rules = found.get(related_object_id) ?? []
    rules.push(rule)
    found.set(related_object_id, rules)
  }
  return found
}

async function toCompiled(
  db: Db,
  rows: readonly AssignedRow[],
): Promise<Map<string, CompiledRule>> {
  const rules = new Map<string, CompiledRule>()
  const unknown = new Set<string>()
  for (const { id, version } of rows) {
    const known = compiled.get(id)
    if (known?.version === version) rules.set(id, known.rule)
    else unknown.add(id)
  }
  if (unknown.size === 0) return rules
  for (const row of await db.run<DefinitionRow>(FIND_DEFINITIONS, [[...unknown]])) {
    const rule = compileRule(toDefinition(row))
    rules.set(row.id, rule)
    remember(row.id, { version: row.version, rule })
  }
  return rules
}

function remember(id: string, entry: { version: string; rule: CompiledRule }): void {
  compiled.delete(id)
  compiled.set(id, entry)
  const [oldest] = compiled.keys()
  if (compiled.size > LIMITS.compiledRulesMax && oldest !== undefined) compiled.delete(oldest)
}

const toDefinition = (row: DefinitionRow): RuleDefinition => ({
  id: row.id,
  rules: row.rules,
  error: row.error,
  applicableTo: row.applicable_to,
  bundleRules: row.bundle_rules,
})
