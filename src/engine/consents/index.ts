/**
 * Consents: what a project asks its customers to consent to, and what they said. Nothing in the engine heeds them: who
 * sends messages asks for them.
 * Start at say-consents.ts.
 */
export { consentRoutes } from './consent.routes.ts'
export { consentManagementRoutes } from './consent-management.routes.ts'
export { answerConsents, CONSENTS_BODY, showConsents } from './say-consents.ts'
