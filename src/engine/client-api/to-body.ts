import { isPlainObject, withoutUndefined } from '../../kernel/json.ts'

type Fields = Record<string, unknown>

const SESSION = 'session_'

/**
 * The query of `GET /client/v1/validate` as the body it would be (trap 12 of the clients): `amount` and the items are
 * those of the order, and what begins with `session_` is the session.
 */
export function toBody(query: unknown): Fields {
  const { amount, item, items = item, order: told, ...rest } = query as Fields
  const order = withoutUndefined({ amount, items, ...(isPlainObject(told) && told) })
  const isOfSession = (name: string): boolean => name.startsWith(SESSION)
  const session = pick(rest, isOfSession, (name) => name.slice(SESSION.length))
  return withoutUndefined({
    ...pick(rest, (name) => !isOfSession(name)),
    order: orNothing(order),
    session: orNothing(session),
  })
}

const pick = (
  fields: Fields,
  isMeant: (name: string) => boolean,
  rename: (name: string) => string = (name) => name,
): Fields =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      isMeant(name) ? [[rename(name), value]] : [],
    ),
  )

const orNothing = (fields: Fields): Fields | undefined =>
  Object.keys(fields).length > 0 ? fields : undefined
