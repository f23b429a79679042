import type { FastifyInstance } from 'fastify'
import { CAMPAIGNS, PROMOTIONS } from './operations/campaigns.ts'
import { LOCATIONS, ORDERS, PRODUCT_COLLECTIONS, PRODUCTS } from './operations/catalog.ts'
import { CONSENTS, CUSTOMERS, EVENTS, PUBLICATIONS, SEGMENTS } from './operations/customers.ts'
import { CLIENT_SIDE, MANAGEMENT, OAUTH, SEGMENTIO } from './operations/doors.ts'
import { EARNING } from './operations/earning.ts'
import { LOYALTIES } from './operations/loyalties.ts'
import { TEMPLATES } from './operations/management.ts'
import { METADATA_SCHEMAS } from './operations/metadata.ts'
import {
  ASYNC_ACTIONS,
  CATEGORIES,
  EXPORTS,
  TRASH_BIN,
  VALIDATION_RULES,
} from './operations/project.ts'
import { QUALIFICATIONS, REDEMPTIONS, VALIDATIONS } from './operations/redemptions.ts'
import { REFERRALS } from './operations/referrals.ts'
import { REWARDS } from './operations/rewards.ts'
import { VOUCHERS } from './operations/vouchers.ts'
import { toDocument } from './to-document.ts'
import { VIEWS } from './views/index.ts'

const TAGS = [
  VOUCHERS,
  CAMPAIGNS,
  PROMOTIONS,
  TEMPLATES,
  VALIDATIONS,
  QUALIFICATIONS,
  REDEMPTIONS,
  LOYALTIES,
  REWARDS,
  REFERRALS,
  EARNING,
  PUBLICATIONS,
  CUSTOMERS,
  SEGMENTS,
  CONSENTS,
  EVENTS,
  ORDERS,
  PRODUCTS,
  PRODUCT_COLLECTIONS,
  LOCATIONS,
  VALIDATION_RULES,
  CATEGORIES,
  METADATA_SCHEMAS,
  ASYNC_ACTIONS,
  EXPORTS,
  TRASH_BIN,
  OAUTH,
  CLIENT_SIDE,
  MANAGEMENT,
  SEGMENTIO,
]

/** The OpenAPI 3.1 document of everything the engine answers. */
export const toEngineDocument = () => toDocument(TAGS, VIEWS)

/** `GET /api/engine/openapi.json`, to be read without keys. */
export function documentRoute(app: FastifyInstance): void {
  let document: object | undefined
  app.get('/api/engine/openapi.json', () => {
    // With the first request: nobody who starts the server waits for it.
    document ??= toEngineDocument()
    return document
  })
}
