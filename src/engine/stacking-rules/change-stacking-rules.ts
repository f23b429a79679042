import { ApiError, notFound } from '../../kernel/api-error.ts'
import { newId } from '../../kernel/ids.ts'
import type { Tx } from '../../platform/db.ts'
import {
  deleteStoredRules,
  insertStoredRules,
  keepCategories,
  lockStoredRules,
  updateStoredRules,
} from './stacking-rules.repo.ts'
import { checkStackingRules, parseStackingRules } from './stacking-rules.schema.ts'
import {
  categoriesOf,
  DEFAULT_STACKING_RULES,
  type StoredStackingRules,
  withoutCategory,
} from './stacking-rules.ts'
import { type StackingRulesInput, withBody } from './stacking-rules-view.ts'

type Reference = { projectId: string; id: string }

/** Gives a project rules of its own. Throws `stacking_rules_exist` when it has some (engine-core §10.2). */
export async function createStackingRules(
  tx: Tx,
  projectId: string,
  { body, now }: { body: unknown; now: Date },
): Promise<StoredStackingRules> {
  const input = checkStackingRules(body)
  const rules = parseStackingRules(input)
  await keepNamed(tx, projectId, input)
  const stored = { id: newId('stackingRules'), projectId, rules, createdAt: now, updatedAt: null }
  if (await insertStoredRules(tx, stored)) return stored
  throw new ApiError('stacking_rules_exist', {
    details: 'Cannot exist more stacking rules for given project',
  })
}

/** Changes the fields that `body` gives. Throws `not_found` for a project with the defaults. */
export async function changeStackingRules(
  tx: Tx,
  { projectId, id }: Reference,
  { body, now }: { body: unknown; now: Date },
): Promise<StoredStackingRules> {
  const input = checkStackingRules(body)
  // Categories before rules, as who deletes a category does.
  await keepNamed(tx, projectId, input)
  const stored = await lockStoredRules(tx, projectId)
  if (stored?.id !== id) throw notFound('stacking_rules', id)
  const rules = parseStackingRules(input, stored.rules)
  const changed = { ...stored, rules, updatedAt: now }
  await updateStoredRules(tx, changed)
  return changed
}

/** Gives a project the defaults back. Throws `not_found` when it has them. */
export async function deleteStackingRules(tx: Tx, reference: Reference): Promise<void> {
  if (!(await deleteStoredRules(tx, reference))) throw notFound('stacking_rules', reference.id)
}

/** Throws `not_found` for a category that the project does not have. */
async function keepNamed(tx: Tx, projectId: string, input: StackingRulesInput): Promise<void> {
  const named = categoriesOf(withBody(DEFAULT_STACKING_RULES, input, DEFAULT_STACKING_RULES))
  const kept = await keepCategories(tx, projectId, named)
  const unknown = named.find((id) => !kept.has(id))
  if (unknown !== undefined) throw notFound('category', unknown)
}

/**
 * Takes a category that is being deleted out of the rules of its project, or without `isWanted` throws
 * `resource_in_use` when they name it (engine-core §10.1). Comes after the category was locked.
 */
export async function releaseCategory(
  tx: Tx,
  { projectId, id }: Reference,
  { isWanted, now }: { isWanted: boolean; now: Date },
): Promise<void> {
  const stored = await lockStoredRules(tx, projectId)
  if (!stored || !categoriesOf(stored.rules).includes(id)) return
  if (!isWanted) {
    throw new ApiError('resource_in_use', {
      details: `Resource category with id ${id} is in use by stacking_rules with ids [${stored.id}]`,
      resource: { type: 'category', id },
    })
  }
  await updateStoredRules(tx, {
    ...stored,
    rules: withoutCategory(stored.rules, id),
    updatedAt: now,
  })
}
