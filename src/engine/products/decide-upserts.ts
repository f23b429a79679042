import { ApiError, notFound } from '../../kernel/api-error.ts'

/** What every upsert knows of an item of the catalogue. */
export type Item = {
  id: string
  sourceId: string | null
  deletedAt: Date | null
}

/** How a wish names an item; with neither it means a new one. An id counts before a `source_id`. */
export type ItemReference = { id?: string | null; source_id?: string | null }

export type Upsert<I> = { kind: 'created' | 'updated' | 'unchanged'; item: I }

/** How items of one kind come to be and change. */
export type ItemRules<I, Input> = {
  type: 'product' | 'sku'
  /** A new item under a caller's id, or under none; or why there cannot be one. */
  create(sourceId: string | null, input: Input): I | ApiError
  /** The same item when `input` changes nothing; or why it cannot be changed so. */
  change(item: I, input: Input): I | ApiError
}

/** The name by which `reference` is looked up; undefined when it means a new item. */
export const nameOf = ({ id, source_id: sourceId }: ItemReference): string | undefined =>
  id || sourceId || undefined

/**
 * Decides wishes one after another, each on what the ones before it left of `items`. An unknown id yields
 * `not_found`, an item in the bin `duplicate_found`: it keeps its ids taken (engine-programs §14.3).
 */
export function decideUpserts<I extends Item, Input extends ItemReference>(
  items: readonly I[],
  inputs: readonly Input[],
  rules: ItemRules<I, Input>,
): (Upsert<I> | ApiError)[] {
  const byId = new Map(items.map((item) => [item.id, item]))
  const bySourceId = new Map(
    items.flatMap((item) => (item.sourceId ? [[item.sourceId, item]] : [])),
  )
  return inputs.map((input) => {
    const sourceId = input.source_id || null
    const stored = input.id ? byId.get(input.id) : bySourceId.get(sourceId ?? '')
    const upsert = stored ? change(stored, input, rules) : create(sourceId, input, rules)
    if (upsert instanceof ApiError) return upsert
    byId.set(upsert.item.id, upsert.item)
    if (upsert.item.sourceId) bySourceId.set(upsert.item.sourceId, upsert.item)
    return upsert
  })
}

function create<I extends Item, Input extends ItemReference>(
  sourceId: string | null,
  input: Input,
  { type, create: createItem }: ItemRules<I, Input>,
): Upsert<I> | ApiError {
  if (input.id) return notFound(type, input.id)
  const item = createItem(sourceId, input)
  return item instanceof ApiError ? item : { kind: 'created', item }
}

function change<I extends Item, Input>(
  stored: I,
  input: Input,
  { type, change: changeItem }: ItemRules<I, Input>,
): Upsert<I> | ApiError {
  if (stored.deletedAt) return duplicate(type, stored.sourceId ?? stored.id)
  const item = changeItem(stored, input)
  if (item instanceof ApiError) return item
  return { kind: item === stored ? 'unchanged' : 'updated', item }
}

/** The refusal of an id that another item has, be it in the bin. */
export const duplicate = (type: string, id: string): ApiError =>
  new ApiError('duplicate_found', {
    details: `Duplicated ${type} exists with id ${id}`,
    resource: { type, id },
  })
