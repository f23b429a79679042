/** Fields that hold one value. */
export type PlainField =
  | 'type'
  | 'event'
  | 'name'
  | 'userId'
  | 'anonymousId'
  | 'groupId'
  | 'previousId'
  | 'messageId'
  | 'category'
  | 'channel'
/** Fields that hold members; a condition names one of them by its path. */
export type ParentField = 'properties' | 'traits' | 'context' | 'integrations'
export type TriggerField = PlainField | ParentField

type FieldTraits = {
  hasMembers: boolean
  /** Whether the published package knows the field, and so the loose reading (§4.1 rule 1). */
  isLoose: boolean
  /** Which literals without quotes mean what they say here; the others are compared as text (§4.2). */
  typedLiterals: ReadonlySet<'null' | 'boolean' | 'number'>
}

const plain = (isLoose: boolean, typed: readonly ('null' | 'boolean')[]): FieldTraits => ({
  hasMembers: false,
  isLoose,
  typedLiterals: new Set(typed),
})
const parent = (isLoose: boolean): FieldTraits => ({
  hasMembers: true,
  isLoose,
  typedLiterals: new Set(['null', 'boolean', 'number']),
})

/** Every field. What the published package does not know takes the literals of its closest kin. */
export const FIELDS: Readonly<Record<TriggerField, FieldTraits>> = {
  type: plain(true, []),
  event: plain(true, []),
  name: plain(true, ['null']),
  userId: plain(true, ['null', 'boolean']),
  properties: parent(true),
  traits: parent(true),
  context: parent(true),
  anonymousId: plain(false, ['null', 'boolean']),
  groupId: plain(false, ['null', 'boolean']),
  previousId: plain(false, ['null', 'boolean']),
  messageId: plain(false, ['null', 'boolean']),
  category: plain(false, ['null']),
  channel: plain(false, ['null']),
  integrations: parent(false),
}

export const FIELD_NAMES = Object.keys(FIELDS) as readonly TriggerField[]
export const LOOSE_PARENTS = FIELD_NAMES.filter(
  (field) => FIELDS[field].isLoose && FIELDS[field].hasMembers,
)

export const isField = (name: string): name is TriggerField => Object.hasOwn(FIELDS, name)
export const isLooseField = (name: string): name is TriggerField =>
  isField(name) && FIELDS[name].isLoose
