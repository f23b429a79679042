import type { FastifyInstance } from 'fastify'
import { ApiError } from '../../kernel/api-error.ts'
import { isPlainObject } from '../../kernel/json.ts'
import {
  type Authenticate,
  byApplicationKeys,
  command,
  openDoor,
  sendAnswer,
  toCall,
  toKey,
} from '../api/index.ts'
import { answerConsents, showConsents } from '../consents/index.ts'
import type { EngineDeps } from '../context.ts'
import { answerCustomer } from '../customers/index.ts'
import { readSingleBody, readStackBody } from '../evaluation/index.ts'
import { answerEvent } from '../events/index.ts'
import { byAccessToken } from '../oauth/index.ts'
import { answerTierList } from '../promotions/index.ts'
import { answerPublication } from '../publications/index.ts'
import { answerPromotions, answerQualification } from '../qualifications/index.ts'
import type { Redeem } from '../redemptions/index.ts'
import { answerSingleValidation, answerValidation, isExplained } from '../validations/index.ts'
import { answerVoucherList } from '../vouchers/index.ts'
import { byClientKeys, isFromServer } from './by-client-keys.ts'
import { allowPages, limitAddresses, requireFlag } from './client-door.ts'
import { toBody } from './to-body.ts'

/** `/client/v1` on `app`, a scope of its own: what the server API answers, to pages that may ask it. */
export async function clientRoutes(
  app: FastifyInstance,
  deps: EngineDeps,
  redeem: Redeem,
): Promise<void> {
  allowPages(app)
  limitAddresses(app, deps)
  const byClient = byClientKeys(deps)
  const byServer = byApplicationKeys(deps)

  await app.register(async (pages) => {
    openDoor(pages, deps, byAccessToken(deps, byClient))
    validationRoutes(pages, deps)
    redemptionRoutes(pages, deps, redeem)
    lookUpRoutes(pages, deps)
    customerRoutes(pages, deps)
    const onRequest = requireFlag(deps, 'canTrackEvents')
    pages.post('/client/v1/events', { onRequest }, (request, reply) =>
      command(deps, request, reply, (tx, call) => answerEvent(tx, call, request)),
    )
  })

  // Servers may call it with their own keys (R-AUTH-02).
  const byEither: Authenticate = (request) =>
    isFromServer(request.headers) ? byServer(request) : byClient(request)
  await app.register(async (either) => {
    openDoor(either, deps, byAccessToken(deps, byEither))
    publicationRoute(either, deps)
  })
}

/** Validations, and the older one of a single voucher, which is told in the query (§21). */
function validationRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.post('/client/v1/validations', (request, reply) =>
    command(deps, request, reply, (tx, call) => answerValidation(tx, call, request)),
  )

  app.get('/client/v1/validate', (request, reply) =>
    command(deps, request, reply, (tx, call) => {
      const { query } = request
      return answerSingleValidation(tx, call, readVoucher(query), { body: toBody(query), query })
    }),
  )
}

/** What a customer could use, which changes nothing. */
function lookUpRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.post('/client/v1/qualifications', (request) =>
    answerQualification(deps.db, toCall(request, deps), request),
  )

  app.get('/client/v1/promotions/validation', (request) =>
    answerPromotions(deps.db, toCall(request, deps), toBody(request.query)),
  )

  app.get('/client/v1/promotions/tiers', (request) =>
    answerTierList(deps.db, toCall(request, deps), request),
  )
}

/** Customers, and the vouchers of one: the codes of others are not for pages to read. */
function customerRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.post(
    '/client/v1/customers',
    { onRequest: requireFlag(deps, 'canCreateCustomers') },
    (request, reply) =>
      command(deps, request, reply, (tx, call) => answerCustomer(tx, call, request.body)),
  )

  app.get('/client/v1/consents', (request) =>
    showConsents(deps.db, toCall(request, deps).projectId),
  )

  app.put<{ Params: { reference: string } }>(
    '/client/v1/customers/:reference/consents',
    { onRequest: requireFlag(deps, 'canCreateCustomers') },
    (request, reply) =>
      command(deps, request, reply, (tx, call) =>
        answerConsents(tx, call, { ...request.params, body: request.body }),
      ),
  )

  app.get('/client/v1/vouchers', { onRequest: requireFlag(deps, 'canListVouchers') }, (request) => {
    requireCustomer(request.query)
    return answerVoucherList(deps.db, toCall(request, deps), request.query)
  })
}

function requireCustomer(query: unknown): void {
  const customer = isPlainObject(query) ? query['customer'] : undefined
  if (typeof customer === 'string' && customer !== '') return
  throw new ApiError('invalid_query_params', {
    details: "Query should have required property 'customer'",
  })
}

function redemptionRoutes(app: FastifyInstance, deps: EngineDeps, redeem: Redeem): void {
  const onRequest = requireFlag(deps, 'canRedeem')

  app.post('/client/v1/redemptions', { onRequest }, async (request, reply) => {
    const key = toKey(request, 'v1')
    const input = readStackBody(request.body)
    return sendAnswer(
      reply,
      await redeem(toCall(request, deps), input, { key, isExplained: isExplained(request.query) }),
    )
  })

  app.post('/client/v1/redeem', { onRequest }, async (request, reply) => {
    const key = toKey(request, 'v1')
    const { body, query } = request
    const input = readSingleBody(readVoucher(query), body, query)
    return sendAnswer(reply, await redeem(toCall(request, deps), input, { key, shape: 'single' }))
  })
}

/** Clients name the campaign, or the voucher, in the query (trap 12). */
function publicationRoute(app: FastifyInstance, deps: EngineDeps): void {
  const onRequest = requireFlag(deps, 'canPublish')
  app.post('/client/v1/publish', { onRequest }, (request, reply) =>
    command(deps, request, reply, (tx, call) => {
      const { campaign, voucher, ...query } = request.query as Record<string, unknown>
      const body = { campaign, voucher, ...(isPlainObject(request.body) && request.body) }
      return answerPublication(tx, call, { body, query })
    }),
  )
}

/** The voucher whose code older endpoints are told in the query. Throws `invalid_query_params`. */
function readVoucher(query: unknown): { object: 'voucher'; id: string } {
  const id = isPlainObject(query) ? query['code'] : undefined
  if (typeof id === 'string' && id !== '') return { object: 'voucher', id }
  throw new ApiError('invalid_query_params', {
    details: "Query should have required property 'code'",
  })
}
