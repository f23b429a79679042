import { ApiError, notFound } from '../../kernel/api-error.ts'
import type { Db, Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { type Answer, compileBodyCheck, toListView } from '../api/index.ts'
import type { Call } from '../context.ts'
import { findCustomers, lockCustomers } from '../customers/index.ts'
import { listConsents, listGroups, lockConsentsOf, saveGiven } from './consent.repo.ts'
import { toConsentView, toGroupView } from './consent.ts'

/** Stands for all consents: a customer who says it wants none of them. */
const UNSUBSCRIBED = 'unsubscribed'

export const CONSENTS_BODY = {
  type: 'object',
  maxProperties: LIMITS.consentsPerProjectMax + 1,
  additionalProperties: { type: 'boolean' },
  description:
    'By the id of a consent whether it is given; `unsubscribed: true` takes back all of them.',
}

const checkBody = compileBodyCheck<Record<string, unknown>>({ type: 'object' })

/** What a project asks its customers to consent to, as the clients know it. */
export async function showConsents(db: Db, projectId: string) {
  const [groups, consents] = await Promise.all([
    listGroups(db, projectId),
    listConsents(db, projectId),
  ])
  const groupViews = groups.map((group) => toGroupView(group, consents))
  return {
    groups: toListView('data', groupViews, groups.length),
    consents: toListView('data', consents.map(toConsentView), consents.length),
  }
}

/**
 * Records what a customer says to consents; those that are not named stay. `customer.confirmed` is announced by nobody
 * . Throws `not_found` for the customer or a consent, and `invalid_payload`.
 */
export async function answerConsents(
  tx: Tx,
  call: Call,
  { reference, body }: { reference: string; body: unknown },
): Promise<Answer> {
  const said = parseSaid(body)
  // None of them is deleted meanwhile.
  await lockConsentsOf(tx, call.projectId)
  const known = (await listConsents(tx, call.projectId)).map(({ id }) => id)
  const unknown = [...said.keys()].find((id) => id !== UNSUBSCRIBED && !known.includes(id))
  if (unknown !== undefined) throw notFound('consent', unknown)
  const [found] = await findCustomers(tx, call.projectId, [reference])
  const [customer] = found ? await lockCustomers(tx, [found.id]) : []
  if (!customer) throw notFound('customer', reference)

  const all = new Map(said.get(UNSUBSCRIBED) === true ? known.map((id) => [id, false]) : [])
  for (const [id, isGiven] of said) if (id !== UNSUBSCRIBED) all.set(id, isGiven)
  await saveGiven(tx, customer.id, { said: all, now: call.now })
  return { status: 204, body: undefined }
}

function parseSaid(body: unknown): ReadonlyMap<string, boolean> {
  const entries = Object.entries(checkBody(body))
  if (entries.length === 0) {
    throw new ApiError('invalid_payload', { details: 'Payload should name a consent' })
  }
  return new Map(
    entries.map(([id, isGiven]) => {
      if (typeof isGiven === 'boolean') return [id, isGiven]
      throw new ApiError('invalid_payload', { details: `Property .${id} must be boolean` })
    }),
  )
}
