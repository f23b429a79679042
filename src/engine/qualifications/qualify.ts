import type { Db } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { Call } from '../context.ts'
import type { Customer } from '../customers/index.ts'
import { type Circumstances, loadState, toCircumstances } from '../evaluation/index.ts'
import type { PricedOrder } from '../orders/index.ts'
import {
  calculateAskedOrder,
  findCustomer,
  loadAskedCustomer,
  trackAsked,
} from '../validations/index.ts'
import type { Candidate } from './candidate.ts'
import { findCandidates } from './candidates.repo.ts'
import { decideQualification, objectsOf, type Qualified } from './decide-qualification.ts'
import { loadCandidates } from './load-candidates.ts'
import type { QualificationInput } from './qualification.schema.ts'

export type Qualification = {
  call: Call
  input: QualificationInput
  circumstances: Circumstances
  order: PricedOrder | undefined
  qualified: readonly Qualified[]
  hasMore: boolean
  trackingId: string | null
}

/**
 * Finds what the customer could use for the order, each by itself (engine-core §20). Reads only. Candidates are
 * looked at newest first, a chunk at a time, until the answer is full; a sorting by deal looks at all of them.
 * Throws for a request that names what does not exist.
 */
export async function qualify(
  db: Db,
  call: Call,
  input: QualificationInput,
): Promise<Qualification> {
  const { projectId, now } = call
  const customer = await findCustomer(db, call, input.customer)
  const trackingId = trackAsked(call, customer, input)
  const { order, circumstances } = await prepare(db, call, input, customer)
  const wanted = input.sortingRule === 'DEFAULT' ? input.limit + 1 : Number.POSITIVE_INFINITY
  const qualified: Qualified[] = []
  let looked = 0
  let after = toStart(input.startingAfter)
  while (qualified.length < wanted && looked < LIMITS.qualificationCandidatesMax) {
    const candidates: Candidate[] = await findCandidates(db, {
      projectId,
      objects: objectsOf(input.scenario),
      customerId: customer?.id ?? null,
      isWallet: input.scenario === 'CUSTOMER_WALLET',
      filters: input.filters,
      now,
      after,
      limit: LIMITS.qualificationChunk,
    })
    const loaded = await loadCandidates(db, projectId, candidates, {
      now,
      loadCustomer: (state) =>
        loadAskedCustomer(db, call, { state, customer, input: input.customer }),
    })
    qualified.push(
      ...loaded.flatMap(
        (candidate) =>
          decideQualification(candidate, order, {
            ...circumstances,
            customer: candidate.customer,
            productOf: candidate.productOf,
            sessionsOf: candidate.sessionsOf,
            scenario: input.scenario,
          }) ?? [],
      ),
    )
    looked += candidates.length
    after = candidates.at(-1)
    if (candidates.length < LIMITS.qualificationChunk) break
  }
  const sorted = sort(qualified, input)
  return {
    call,
    input,
    circumstances,
    order,
    qualified: sorted.slice(0, input.limit),
    hasMore: sorted.length > input.limit,
    trackingId,
  }
}

/** A cursor is the moment at which the last entry was made (engine-core §20). */
const toStart = (startingAfter: Date | undefined) =>
  startingAfter && { createdAt: startingAfter, id: '' }

function sort(qualified: readonly Qualified[], { sortingRule }: QualificationInput): Qualified[] {
  if (sortingRule === 'DEFAULT') return [...qualified]
  const direction = sortingRule === 'BEST_DEAL' ? -1 : 1
  return [...qualified].sort((a, b) => direction * (a.applied - b.applied))
}

async function prepare(
  db: Db,
  call: Call,
  input: QualificationInput,
  customer: Customer | undefined,
): Promise<{ order: PricedOrder | undefined; circumstances: Circumstances }> {
  const { projectId, now } = call
  const state = await loadState(db, { projectIds: [projectId], vouchers: [], tiers: [] }, now)
  const order = await calculateAskedOrder(db, call, { input, state, customer })
  const circumstances = toCircumstances(state, call, {
    input,
    customer: await loadAskedCustomer(db, call, { state, customer, input: input.customer }),
  })
  return { order, circumstances }
}
