import { isPlainObject, type JsonObject } from '../../kernel/json.ts'
import { printPath } from './print-filter.ts'

/** Which names go at one path, or which stay. */
export type FieldEdit = { path: readonly string[]; names: ReadonlySet<string>; isAllowed: boolean }

/** Is told the path of each member that goes. */
type Note = (path: string) => void

/**
 * `event` without the members that `edits` take away, each edit after the one before. A list on a path stands for
 * each of its elements. Copies only the objects that change and what they are in; without a change it is `event`.
 */
export const editFields = (
  event: JsonObject,
  edits: readonly FieldEdit[],
  note?: Note,
): JsonObject => edits.reduce((edited, edit) => editAt(edited, edit, 0, note) as JsonObject, event)

function editAt(value: unknown, edit: FieldEdit, depth: number, note: Note | undefined): unknown {
  if (Array.isArray(value)) return editList(value, (item) => editAt(item, edit, depth, note))
  if (!isPlainObject(value)) return value
  const name = edit.path[depth]
  if (name === undefined) return editMembers(value, edit, note)
  if (!Object.hasOwn(value, name)) return value
  const member = value[name]
  const edited = editAt(member, edit, depth + 1, note)
  return edited === member ? value : withMember(value, name, edited)
}

function editList(items: readonly unknown[], edit: (item: unknown) => unknown): unknown {
  const edited = items.map(edit)
  return edited.every((item, at) => item === items[at]) ? items : edited
}

function editMembers(
  object: Record<string, unknown>,
  { path, names, isAllowed }: FieldEdit,
  note: Note | undefined,
): Record<string, unknown> {
  const members = Object.entries(object)
  const kept = members.filter(([name]) => names.has(name) === isAllowed)
  if (kept.length === members.length) return object
  if (note)
    for (const [name] of members)
      if (names.has(name) !== isAllowed) note(printPath([...path, name]))
  return Object.fromEntries(kept)
}

/** A copy, which a member called `__proto__` does no harm to. */
const withMember = (
  object: Record<string, unknown>,
  name: string,
  member: unknown,
): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(object).map(([other, value]) => [other, other === name ? member : value]),
  )
