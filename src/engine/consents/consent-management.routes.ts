import { ApiError, notFound } from '../../kernel/api-error.ts'
import { newSortableId } from '../../kernel/ids.ts'
import { inTransaction, type Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { type ManagementScope, NOTHING, toAdmin } from '../../platform/management/index.ts'
import type { EngineDeps } from '../context.ts'
import { findCustomers } from '../customers/index.ts'
import {
  deleteConsent,
  deleteGroup,
  findGiven,
  listConsents,
  listGroups,
  lockConsent,
  lockConsentsOf,
  lockGroup,
  saveConsent,
  saveGroup,
} from './consent.repo.ts'
import {
  CONSENT_CHANGES,
  CONSENT_PARAMS,
  CONSENT_VIEW,
  CONSENTS_VIEW,
  CUSTOMER_PARAMS,
  GIVEN_VIEW,
  GROUP_CHANGES,
  GROUP_PARAMS,
  GROUP_VIEW,
  NEW_CONSENT,
  NEW_GROUP,
  toConsent,
  toGiven,
  toGroup,
} from './consent.schema.ts'
import type { Consent } from './consent.ts'

type Deps = Pick<EngineDeps, 'db' | 'clock'>

const tags = ['Consents']

/** `/api/v1/consents`: what customers are asked to consent to, which the reference defines in its dashboard. */
export function consentManagementRoutes(app: ManagementScope, deps: Deps): void {
  readRoutes(app, deps)
  createRoutes(app, deps)
  changeRoute(app, deps)
  changeGroupRoute(app, deps)
  deleteRoutes(app, deps)
}

function readRoutes(app: ManagementScope, { db }: Deps): void {
  app.get(
    '/api/v1/consents',
    {
      schema: {
        operationId: 'listConsents',
        summary: 'List all consents of the project and their groups, oldest first',
        tags,
        response: { 200: CONSENTS_VIEW },
      },
    },
    async (request) => {
      const { projectId } = toAdmin(request)
      const [consents, groups] = await Promise.all([
        listConsents(db, projectId),
        listGroups(db, projectId),
      ])
      return {
        consents: consents.map(toConsent),
        groups: groups.map((group) => toGroup(group, consents)),
      }
    },
  )

  app.get(
    '/api/v1/customers/:customer/consents',
    {
      schema: {
        operationId: 'getConsentsOfCustomer',
        summary: 'Get what a customer said to each consent',
        tags,
        params: CUSTOMER_PARAMS,
        response: { 200: GIVEN_VIEW },
      },
    },
    async (request) => {
      const { projectId } = toAdmin(request)
      const reference = request.params.customer
      const [customer] = await findCustomers(db, projectId, [reference])
      if (!customer) throw notFound('customer', reference)
      const [consents, given] = await Promise.all([
        listConsents(db, projectId),
        findGiven(db, customer.id),
      ])
      return { data: consents.map((consent) => toGiven(consent, given.get(consent.id))) }
    },
  )
}

function createRoutes(app: ManagementScope, { db, clock }: Deps): void {
  app.post(
    '/api/v1/consents',
    {
      schema: {
        operationId: 'createConsent',
        summary: 'Add something that customers can consent to',
        tags,
        body: NEW_CONSENT,
        response: { 200: CONSENT_VIEW },
      },
    },
    async (request) => {
      const { projectId } = toAdmin(request)
      const { group_id: groupId, ...input } = request.body
      const now = clock.now()
      const made = { id: newSortableId('consent', now.getTime()), createdAt: now, updatedAt: null }
      const consent: Consent = { ...input, ...made, groupId, projectId }
      await inTransaction(db, async (tx) => {
        await refuseTooMany(tx, projectId)
        await requireGroup(tx, projectId, groupId)
        await saveConsent(tx, consent)
      })
      return toConsent(consent)
    },
  )

  app.post(
    '/api/v1/consent-groups',
    {
      schema: {
        operationId: 'createConsentGroup',
        summary: 'Add a group of consents',
        tags,
        body: NEW_GROUP,
        response: { 200: GROUP_VIEW },
      },
    },
    async (request) => {
      const { projectId } = toAdmin(request)
      const now = clock.now()
      const id = newSortableId('consentGroup', now.getTime())
      const group = { ...request.body, id, projectId, createdAt: now, updatedAt: null }
      await inTransaction(db, async (tx) => {
        await refuseTooMany(tx, projectId)
        await saveGroup(tx, group)
      })
      return toGroup(group, [])
    },
  )
}

/** Consents and groups together: both are always listed whole. */
async function refuseTooMany(tx: Tx, projectId: string): Promise<void> {
  await lockConsentsOf(tx, projectId)
  const [consents, groups] = [await listConsents(tx, projectId), await listGroups(tx, projectId)]
  if (consents.length + groups.length < LIMITS.consentsPerProjectMax) return
  throw new ApiError('consent_limit_reached', {
    details: `A project has at most ${LIMITS.consentsPerProjectMax} consents and groups`,
  })
}

async function requireGroup(tx: Tx, projectId: string, id: string | null): Promise<void> {
  if (id !== null) await lockGroup(tx, { projectId, id })
}

function changeRoute(app: ManagementScope, { db, clock }: Deps): void {
  app.patch(
    '/api/v1/consents/:id',
    {
      schema: {
        operationId: 'updateConsent',
        summary: 'Change a consent; what customers said to it stays',
        tags,
        params: CONSENT_PARAMS,
        body: CONSENT_CHANGES,
        response: { 200: CONSENT_VIEW },
      },
    },
    async (request) => {
      const reference = { ...toAdmin(request), id: request.params.id }
      const { name, category, description, group_id: groupId } = request.body
      const consent = await inTransaction(db, async (tx) => {
        if (groupId) await requireGroup(tx, reference.projectId, groupId)
        const stored = await lockConsent(tx, reference)
        const changed: Consent = {
          ...stored,
          name: name ?? stored.name,
          category: category ?? stored.category,
          description: description ?? stored.description,
          groupId: groupId === undefined ? stored.groupId : groupId,
          updatedAt: clock.now(),
        }
        await saveConsent(tx, changed)
        return changed
      })
      return toConsent(consent)
    },
  )
}

function changeGroupRoute(app: ManagementScope, { db, clock }: Deps): void {
  app.patch(
    '/api/v1/consent-groups/:id',
    {
      schema: {
        operationId: 'updateConsentGroup',
        summary: 'Change a group of consents',
        tags,
        params: GROUP_PARAMS,
        body: GROUP_CHANGES,
        response: { 200: GROUP_VIEW },
      },
    },
    async (request) => {
      const reference = { ...toAdmin(request), id: request.params.id }
      const { name, description } = request.body
      const group = await inTransaction(db, async (tx) => {
        const stored = await lockGroup(tx, reference)
        const changed = {
          ...stored,
          name: name ?? stored.name,
          description: description ?? stored.description,
          updatedAt: clock.now(),
        }
        await saveGroup(tx, changed)
        return changed
      })
      return toGroup(group, await listConsents(db, reference.projectId))
    },
  )
}

function deleteRoutes(app: ManagementScope, { db }: Deps): void {
  app.delete(
    '/api/v1/consents/:id',
    {
      schema: {
        operationId: 'deleteConsent',
        summary: 'Delete a consent, and what customers said to it',
        tags,
        params: CONSENT_PARAMS,
        response: { 204: NOTHING },
      },
    },
    async (request, reply) => {
      const reference = { ...toAdmin(request), id: request.params.id }
      await inTransaction(db, async (tx) => {
        await lockConsentsOf(tx, reference.projectId)
        await deleteConsent(tx, reference)
      })
      return reply.status(204).send()
    },
  )

  app.delete(
    '/api/v1/consent-groups/:id',
    {
      schema: {
        operationId: 'deleteConsentGroup',
        summary: 'Delete a group; its consents stay',
        tags,
        params: GROUP_PARAMS,
        response: { 204: NOTHING },
      },
    },
    async (request, reply) => {
      const reference = { ...toAdmin(request), id: request.params.id }
      await inTransaction(db, (tx) => deleteGroup(tx, reference))
      return reply.status(204).send()
    },
  )
}
