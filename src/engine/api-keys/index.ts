/**
 * Keys of a project: of applications, of integrations, of web pages; made, listed and revoked.
 * Start at api-key.routes.ts; who opens what with them is in `platform/auth` and `engine/api`.
 */
export { apiKeyRoutes } from './api-key.routes.ts'
