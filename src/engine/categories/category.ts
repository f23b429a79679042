import { toIso } from '../../kernel/time.ts'

/** What campaigns and vouchers are sorted into, so that stacking rules can speak of them (engine-core §10.1). */
export type Category = {
  id: string
  projectId: string
  name: string
  /** The lower, the earlier it is applied. */
  hierarchy: number
  createdAt: Date
  updatedAt: Date | null
}

/** A category as it goes out; in results with its part in the stacking rules, where it has one. */
export const toCategoryView = (
  { id, name, hierarchy, createdAt, updatedAt }: Category,
  stackingRulesType?: 'JOINT' | 'EXCLUSIVE',
) => ({
  id,
  name,
  hierarchy,
  object: 'category',
  created_at: toIso(createdAt),
  ...(updatedAt && { updated_at: toIso(updatedAt) }),
  ...(stackingRulesType && { stacking_rules_type: stackingRulesType }),
})
